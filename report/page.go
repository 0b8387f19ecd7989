package report

import (
	_ "embed" // the style sheets and the page
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed page.css
var pageStyle string

//go:embed page.html
var pageText string

// sheet is what the page's template sees.
type sheet struct {
	Style   template.CSS
	Heading string          // of Beside
	Beside  []template.HTML // pictures of two results together; none: there are not two of one scenario
	Results []section
}

// section is one result on the page.
type section struct {
	Result
	Run      Run // the one whose course is shown
	Pictures []template.HTML
}

// HTML writes one page of all results that needs no network and follows the reader's choice of light
// or dark.
func HTML(w io.Writer, results []Result) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"duration": func(ns int64) string { return Duration(float64(ns)) },
		"number":   Number,
		"count":    Count,
		"percent":  func(share float64) string { return Number(100*share) + " %" },
	}).Parse(pageText)
	if err != nil {
		return err
	}
	s := sheet{Style: template.CSS(colours + pageStyle)}
	if err := checkAll(results); err != nil {
		return err
	}
	if charts := beside(results); len(charts) > 0 {
		s.Heading = besideHeading(results)
		for _, c := range charts {
			s.Beside = append(s.Beside, template.HTML(c.svg(0, 0)))
		}
	}
	for _, r := range results {
		s.Results = append(s.Results, r.section())
	}
	return page.Execute(w, s)
}

// Title names the page.
func (s sheet) Title() string {
	var names []string
	for _, r := range s.Results {
		names = append(names, r.Scenario)
	}
	return strings.Join(names, ", ")
}

// section draws the pictures; every text in them has been escaped where it was drawn.
func (r Result) section() section {
	s := section{Result: r, Run: r.shown()}
	if r.Sweep != nil {
		s.Runs = slices.SortedStableFunc(slices.Values(r.Runs), byRate)
	}
	for _, picture := range r.pictures() {
		s.Pictures = append(s.Pictures, template.HTML(picture(0, 0)))
	}
	return s
}

// Percentiles are those that the page's tables show.
func (section) Percentiles() []float64 { return []float64{50, 90, 99, 99.9, 99.99} }

// Faults says what went wrong.
func (s section) Faults() []string {
	var faults []string
	for _, run := range s.Runs {
		if run.Fault != "" {
			faults = append(faults, run.Fault)
		}
	}
	return faults
}

// ranking is a titled list of functions.
type ranking struct {
	Title     string
	Functions []Function
}

// Rankings are the lists of the profile, if there is one.
func (s section) Rankings() []ranking {
	if s.Profile == nil {
		return nil
	}
	return []ranking{
		{"of the CPU's time", s.Profile.CPU}, {"of the bytes allocated", s.Profile.Allocs},
	}
}
