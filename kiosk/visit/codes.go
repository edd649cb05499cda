package visit

import (
	"slices"

	"github.com/skranke/skranke/mrtd/inspect"
)

// codesAgainst lists the codes of the checks that kept a report from genuine, each once. A check without a code gives its
// id, so that it is never taken for nothing.
func codesAgainst(r *inspect.Report) []string {
	var codes []string
	for _, check := range r.Obstacles() {
		code := check.Code
		if code == "" {
			code = check.ID
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes
}
