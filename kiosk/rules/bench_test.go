package rules

import (
	"testing"

	"github.com/skranke/skranke/assets"
)

// BenchmarkDecide decides on a usual visit, one with a witness, and the largest facts there can be.
func BenchmarkDecide(b *testing.B) {
	p := embedded(b)
	for _, bench := range []struct {
		name string
		set  map[string]any
		base string
	}{
		{"passport", nil, "mitid-counter"},
		{"scan", nil, "mitid-scan"},
		{"papers and witness", nil, "nemid-witness"},
		{"sixteen documents", map[string]any{"documents": manyDocuments(MaxDocuments)}, "nemid-witness"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			bases := map[string]map[string]any{}
			readYAML(b, "testdata/bases.yaml", &bases)
			f, err := ParseFacts(marshal(b, with(b, bases[bench.base], bench.set)))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Decide(f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// manyDocuments gives documents of every kind that count for little, so that every condition looks at all of them.
func manyDocuments(n int) []any {
	var list []any
	for i := range n {
		list = append(list, map[string]any{
			"type": string(documentTypes[i%len(documentTypes)]), "issuer": "SWE", "date_of_expiry": "2020-01-01", "photo": true,
			"provisional": false, "shows_cpr": false,
			"chip": map[string]any{"authenticity": "undetermined", "codes": []string{"no_csca", "not_read"}},
		})
	}
	return list
}

func BenchmarkParseFacts(b *testing.B) {
	bases := map[string]map[string]any{}
	readYAML(b, "testdata/bases.yaml", &bases)
	data := marshal(b, with(b, bases["mitid-witness"], nil))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseFacts(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(assets.Rules()); err != nil {
			b.Fatal(err)
		}
	}
}
