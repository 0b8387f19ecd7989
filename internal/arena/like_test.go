package arena

import (
	"slices"
	"testing"
)

// A draft that is begun like another has its properties, and neither changes the other.
func TestClaimLike(t *testing.T) {
	s := newTestShard()
	template := claim(t, s)
	template.Set("a", "1")
	template.Set("b", "2")
	for range 3 {
		d, err := s.ClaimLike(template, nil)
		if err != nil {
			t.Fatal(err)
		}
		d.Set("a", "3")
		d.Set("c", "4")
		d.SetContent([]byte("x"))
		if got, want := pairsOf(d.Properties()), []pair{{"b", "2"}, {"a", "3"}, {"c", "4"}}; !slices.Equal(got, want) {
			t.Errorf("begun like the template: %v, want %v", got, want)
		}
		d.Abort()
	}
	if got, want := pairsOf(template.Properties()), []pair{{"a", "1"}, {"b", "2"}}; !slices.Equal(got, want) {
		t.Errorf("the template has become %v", got)
	}
	template.SetContent([]byte("content is not copied"))
	d, err := s.ClaimLike(template, nil)
	if err != nil || d.Content() != nil || d.Properties().Len() != 2 {
		t.Errorf("begun like a template with content: %v %q, %v", pairsOf(d.Properties()), d.Content(), err)
	}
	d.Abort()
	template.Set("late", "")
	if _, err := s.ClaimLike(template, nil); err == nil {
		t.Error("a spoilt template is copied")
	}
	template.Abort()
}
