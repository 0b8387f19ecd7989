package cli

import (
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// NewTable makes a table without lines, whose columns from the first one on that is numeric are
// aligned to the right; 0: none is.
func NewTable(columns, numeric int) table.Writer {
	t := table.NewWriter()
	t.SetStyle(plain())
	t.SuppressTrailingSpaces()
	var configs []table.ColumnConfig
	for i := numeric; numeric > 0 && i <= columns; i++ {
		configs = append(configs,
			table.ColumnConfig{Number: i, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(configs)
	return t
}

func plain() table.Style {
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Format.Header = text.FormatDefault
	style.Box.PaddingLeft = ""
	style.Box.PaddingRight = "   "
	return style
}
