package rules

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The structures of a rule pack's files, as YAML gives them. Each keeps the line that it stands on, so that a fault is
// reported with its place. What the fields mean is told in docs/rules.md; the schema is assets/rules/schema.json.

// PackSchema is the schema name of a rule pack's files.
const PackSchema = "skranke.rules/1"

type packFile struct {
	Schema  string `yaml:"schema"`
	Version string `yaml:"version"`
	// Files lists the pack's other files, in pack.yaml alone.
	Files        []string           `yaml:"files"`
	Pages        []pageSource       `yaml:"pages"`
	Limits       []limitSource      `yaml:"limits"`
	Lists        []listSource       `yaml:"lists"`
	Documents    []documentSource   `yaml:"documents"`
	Signs        []signSource       `yaml:"signs"`
	Phrases      []phraseSource     `yaml:"phrases"`
	Classes      []definitionSource `yaml:"classes"`
	Findings     []definitionSource `yaml:"findings"`
	Requirements []requirement      `yaml:"requirements"`
	Alternatives []alternative      `yaml:"alternatives"`
}

// pageSource is one of the pages that rules are quoted from.
type pageSource struct {
	line `yaml:"-"`
	ID   string `yaml:"id"`
	File string `yaml:"file"`
	// External is who says it, for a page that is none of the files.
	External string `yaml:"external"`
	About    string `yaml:"about"`
}

// limitSource is a date or a number that conditions name as limit.ID.
type limitSource struct {
	line   `yaml:"-"`
	ID     string    `yaml:"id"`
	Date   string    `yaml:"date"`
	Number *int64    `yaml:"number"`
	About  string    `yaml:"about"`
	Source quotation `yaml:"source"`
}

// listSource is a list of words that conditions name as list.ID.
type listSource struct {
	line   `yaml:"-"`
	ID     string    `yaml:"id"`
	Values []string  `yaml:"values"`
	About  string    `yaml:"about"`
	Source quotation `yaml:"source"`
}

// documentSource is a document type with its names, and the type that it is another form of.
type documentSource struct {
	line   `yaml:"-"`
	Type   DocumentType `yaml:"type"`
	SameAs DocumentType `yaml:"same_as"`
	Name   words        `yaml:"name"`
	Source quotation    `yaml:"source"`
}

// signSource says in words what the code of a failed or open check means.
type signSource struct {
	line `yaml:"-"`
	Code string `yaml:"code"`
	Text words  `yaml:"text"`
}

// phraseSource is one of the texts that the evaluation itself needs.
type phraseSource struct {
	line `yaml:"-"`
	ID   string `yaml:"id"`
	Text words  `yaml:"text"`
}

// definitionSource is a named condition: a class of documents (over d) or a finding (over the facts as a whole).
type definitionSource struct {
	line  `yaml:"-"`
	ID    string     `yaml:"id"`
	When  expression `yaml:"when"`
	About string     `yaml:"about"`
}

// requirement is one requirement of the schemes and channels that it names; {scheme} in its id and texts is replaced.
type requirement struct {
	line     `yaml:"-"`
	ID       string    `yaml:"id"`
	Schemes  []Scheme  `yaml:"schemes"`
	Channels []Channel `yaml:"channels"`
	// From and Until are the first and the last day on which the rule holds; empty: open.
	From      string     `yaml:"from"`
	Until     string     `yaml:"until"`
	Source    quotation  `yaml:"source"`
	Text      words      `yaml:"text"`
	Cases     []caseRule `yaml:"cases"`
	Otherwise Status     `yaml:"otherwise"`
	Ways      []way      `yaml:"ways"`

	from, until Date
}

// caseRule gives the requirement its status when its condition is true. The first such case counts.
type caseRule struct {
	line   `yaml:"-"`
	Status Status `yaml:"status"`
	// Decides: this refer wins over everything else, an ineligible included.
	Decides bool `yaml:"decides"`
	// When is over the facts; Document over d, any one document; Pair over a and b, any two different documents, of those
	// for which Document is true where that is given. All that are given must hold.
	When     expression `yaml:"when"`
	Document expression `yaml:"document"`
	Pair     expression `yaml:"pair"`
	By       []string   `yaml:"by"`
	Text     words      `yaml:"text"`
	Source   quotation  `yaml:"source"`
}

// way is one way to meet a requirement that is missing.
type way struct {
	line `yaml:"-"`
	ID   string `yaml:"id"`
	// When and Document tell whether the way is offered, as in a case; absent: always.
	When     expression `yaml:"when"`
	Document expression `yaml:"document"`
	Text     words      `yaml:"text"`
	// Asks: the way finds out a fact that is not known, and the answer decides whether the requirement is met.
	Asks bool `yaml:"asks"`
	// Example is what following the way adds to the facts, for the tests: see docs/rules.md.
	Example yaml.Node `yaml:"example"`
}

// alternative is something else that the citizen can do, offered when the outcome is not eligible.
type alternative struct {
	line `yaml:"-"`
	ID   string `yaml:"id"`
	// From and Until are the first and the last day on which it is offered; no Until: open.
	From   string     `yaml:"from"`
	Until  string     `yaml:"until"`
	When   expression `yaml:"when"`
	Text   words      `yaml:"text"`
	Source quotation  `yaml:"source"`

	from, until Date
}

// quotation is a source as a pack writes it: the page's id and the sentence.
type quotation struct {
	line  `yaml:"-"`
	Page  string `yaml:"page"`
	Quote string `yaml:"quote"`
}

// words is a text in both languages.
type words struct {
	line `yaml:"-"`
	DA   string `yaml:"da"`
	EN   string `yaml:"en"`
}

func (w words) text() Text { return Text{DA: strings.TrimSpace(w.DA), EN: strings.TrimSpace(w.EN)} }

// expression is a condition in CEL.
type expression struct {
	line    `yaml:"-"`
	text    string
	program *program
}

// UnmarshalYAML keeps the text of the condition.
func (e *expression) UnmarshalYAML(node *yaml.Node) error { return node.Decode(&e.text) }

// line is the line of a file that something stands on, from 1; 0: it is absent.
type line struct{ number int }

func (l line) given() bool { return l.number > 0 }

func (l *line) stands(number int) { l.number = number }

// setLines tells every structure that was decoded from node, at any depth, the line that it stands on.
func setLines(node *yaml.Node, value reflect.Value) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch value.Kind() {
	case reflect.Struct:
		if at, ok := value.Addr().Interface().(interface{ stands(int) }); ok {
			at.stands(node.Line)
		}
		if node.Kind != yaml.MappingNode {
			return
		}
		for i := range value.NumField() {
			name := value.Type().Field(i).Tag.Get("yaml")
			for k := 0; name != "" && name != "-" && k+1 < len(node.Content); k += 2 {
				if node.Content[k].Value == name {
					setLines(node.Content[k+1], value.Field(i))
				}
			}
		}
	case reflect.Slice:
		for i := 0; i < value.Len() && i < len(node.Content); i++ {
			setLines(node.Content[i], value.Index(i))
		}
	}
}
