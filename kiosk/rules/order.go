package rules

import (
	"fmt"
	"slices"
)

// complete tests what can only be told when everything is read: that every route has requirements, or says that it is
// not covered, and that requirements ask for each other without going in circles.
func (l *loader) complete() {
	for _, s := range []Scheme{MitID, NemID} {
		for _, ch := range []Channel{ChipScan, Counter} {
			list := l.pack.lists[route{s, ch}]
			if list == nil {
				l.current = l.names[0]
				l.require(false, 0, fmt.Sprintf("no requirements for %s by %s", s, ch), "write at least one")
				continue
			}
			for _, r := range list.requirements {
				l.current = l.fileOf(r.requirement)
				l.order(list, r, nil)
			}
		}
	}
}

func (l *loader) fileOf(r *requirement) string {
	for i, f := range l.files {
		for k := range f.Requirements {
			if &f.Requirements[k] == r {
				return l.names[i]
			}
		}
	}
	return l.names[0]
}

// order follows what a requirement's cases ask for.
func (l *loader) order(list *ruleList, r *requirementRule, path []string) {
	if !l.require(!slices.Contains(path, r.name), r.number, "requirements ask for each other in a circle", "break it") {
		return
	}
	path = append(path, r.name)
	for i := range r.Cases {
		for _, e := range []expression{r.Cases[i].When, r.Cases[i].Document, r.Cases[i].Pair} {
			if !e.given() {
				continue
			}
			for _, name := range e.program.requirements {
				at := slices.IndexFunc(list.requirements, func(o *requirementRule) bool { return o.name == name })
				if l.require(at >= 0, e.number, fmt.Sprintf("%s asks for %q, which its scheme and channel lack", r.id, name),
					"give it the same schemes and channels") {
					l.order(list, list.requirements[at], path)
				}
			}
		}
	}
}
