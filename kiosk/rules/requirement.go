package rules

import (
	"fmt"
	"slices"
	"strings"
)

// shortName turns "{scheme}.photo-id" into "photo_id".
func shortName(id string) string {
	_, name, _ := strings.Cut(id, ".")
	return strings.ReplaceAll(name, "-", "_")
}

var statuses = []Status{StatusMet, StatusUnmet, StatusMissing, StatusRefer, StatusNotApplicable}

func (l *loader) requirement(c *compiler, r *requirement) {
	l.text(r.Text, r.number)
	l.quoted(r.Source, r.number)
	r.from, r.until = l.dates(r.From, r.Until, r.number)
	l.require(slices.Contains([]Status{StatusMissing, StatusRefer, StatusUnmet, StatusNotApplicable}, r.Otherwise), r.number,
		"otherwise: must be missing, refer, unmet or not_applicable", "what no case covers is never met")
	l.require(len(r.Cases) > 0, r.number, "no cases", "say when it is met")
	missing := r.Otherwise == StatusMissing
	for i := range r.Cases {
		k := &r.Cases[i]
		l.require(slices.Contains(statuses, k.Status), k.number, "not a status", fmt.Sprintf("write one of %q", statuses))
		l.require(k.When.given() || k.Document.given() || k.Pair.given(), k.number, "a case without a condition",
			"write when:, document: or pair:")
		l.require(!k.Decides || k.Status == StatusRefer, k.number, "decides: with another status than refer", "remove it")
		l.optional(c, &k.When, overFacts)
		l.optional(c, &k.Document, overDocument)
		l.optional(c, &k.Pair, overPair)
		if k.Text.given() {
			l.text(k.Text, k.number)
		}
		if k.Source.given() {
			l.quoted(k.Source, k.number)
		}
		missing = missing || k.Status == StatusMissing
	}
	l.require(missing == (len(r.Ways) > 0), r.number, "a requirement that can be missing has ways to meet it, and no other has",
		"write ways:")
	for i := range r.Ways {
		w := &r.Ways[i]
		l.require(wordID.MatchString(w.ID), w.number, "a way without a proper id", "write one of the form "+wordID.String())
		l.text(w.Text, w.number)
		l.optional(c, &w.When, overFacts)
		l.optional(c, &w.Document, overDocument)
	}
	l.require(len(r.Schemes) > 0 && len(r.Channels) > 0, r.number, "no scheme or channel", "write schemes: and channels:")
	for _, s := range r.Schemes {
		for _, ch := range r.Channels {
			l.require(s == MitID || s == NemID, r.number, "not a scheme", "write mitid or nemid")
			l.require(ch == ChipScan || ch == Counter, r.number, "not a channel", "write chip-scan or counter")
			list := l.pack.lists[route{s, ch}]
			if list == nil {
				list = &ruleList{}
				l.pack.lists[route{s, ch}] = list
			}
			list.requirements = append(list.requirements, &requirementRule{
				r, strings.Replace(r.ID, "{scheme}", string(s), 1), shortName(r.ID),
			})
		}
	}
}

func (l *loader) day(text string, line int) Date {
	if text == "" {
		return Date{}
	}
	d, err := ParseDate(text)
	l.require(err == nil, line, ErrDate.Error(), "correct it")
	return d
}
