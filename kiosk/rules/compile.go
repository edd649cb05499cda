package rules

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// MaxConditionCost is the largest cost that one condition of a pack may have, in CEL's own units, estimated for the
// largest facts that [Facts.Validate] lets through. A condition that could cost more is refused at load.
const MaxConditionCost = 3000

// scopeKind is what a condition can see beside the facts as a whole.
type scopeKind int

const (
	overFacts    scopeKind = iota // nothing else
	overDocument                  // d
	overPair                      // a and b
	overOutcome                   // outcome, which only alternatives know
)

// compiler type-checks conditions against the facts and makes programs of them.
type compiler struct {
	vocabulary *vocabulary
	envs       map[scopeKind]*cel.Env
	classes    map[string]int // the classes compiled so far, by their places in the pack
}

// newCompiler makes a compiler that knows the constants given, "limit.x" and "list.x".
func newCompiler(constants []cel.EnvOption) (*compiler, error) {
	v, err := newVocabulary()
	if err != nil {
		return nil, err
	}
	base, err := cel.NewCustomEnv(append([]cel.EnvOption{
		cel.StdLib(),
		cel.CustomTypeProvider(v),
		cel.ParserRecursionLimit(40),
		cel.ParserExpressionSizeLimit(4000),
		cel.Variable("on", cel.TimestampType),
		cel.Variable("scheme", cel.StringType),
		cel.Variable("channel", cel.StringType),
		cel.Variable("control_questions", cel.StringType),
		cel.Variable("applicant", applicantType),
		cel.Variable("witness", witnessType),
		cel.Variable("documents", cel.ListType(documentType)),
		cel.Variable("finding", findingType),
		cel.Variable("requirement", requirementType),
	}, append(functions(), constants...)...)...)
	if err != nil {
		return nil, err
	}
	c := &compiler{vocabulary: v, envs: map[scopeKind]*cel.Env{overFacts: base}, classes: map[string]int{}}
	for kind, variables := range map[scopeKind][]cel.EnvOption{
		overDocument: {cel.Variable("d", documentType)},
		overPair:     {cel.Variable("a", documentType), cel.Variable("b", documentType)},
		overOutcome:  {cel.Variable("outcome", cel.StringType)},
	} {
		if c.envs[kind], err = base.Extend(variables...); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// program is a condition that was type-checked, ready to be evaluated.
type program struct {
	evaluate cel.Program
	// requirements are the requirements whose status the condition asks for, by their short names.
	requirements []string
	// class is the place of the class that the condition asks for and nothing else, as most do: "d.counts"; -1 for others.
	class int
}

// compile type-checks a condition, which must be a bool.
func (c *compiler) compile(text string, kind scopeKind) (*program, error) {
	env := c.envs[kind]
	checked, issues := env.Compile(text)
	if err := issues.Err(); err != nil {
		return nil, errors.New(strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "<input>", "condition")), " "))
	}
	if checked.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("the condition is a %s, not a bool", checked.OutputType())
	}
	cost, err := env.EstimateCost(checked, bounds{})
	if err != nil {
		return nil, err
	}
	if cost.Max > MaxConditionCost {
		return nil, fmt.Errorf("the condition may cost %d, more than %d", cost.Max, MaxConditionCost)
	}
	p, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), direct(c.paths(checked.NativeRep())))
	if err != nil {
		return nil, err
	}
	root := checked.NativeRep().Expr()
	return &program{evaluate: p, requirements: asked(root), class: c.class(root)}, nil
}

// class gives the place of the class that an expression asks for and nothing else, or -1.
func (c *compiler) class(root ast.Expr) int {
	if root.Kind() == ast.SelectKind && !root.AsSelect().IsTestOnly() {
		of := root.AsSelect().Operand()
		if i, ok := c.classes[root.AsSelect().FieldName()]; ok && of.Kind() == ast.IdentKind && of.AsIdent() == "d" {
			return i
		}
	}
	return -1
}

// asked lists the requirements that an expression asks for as requirement.NAME.
func asked(root ast.Expr) []string {
	var names []string
	ast.PostOrderVisit(root, ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.SelectKind {
			return
		}
		if of := e.AsSelect().Operand(); of.Kind() == ast.IdentKind && of.AsIdent() == "requirement" {
			names = append(names, e.AsSelect().FieldName())
		}
	}))
	return names
}

// bounds tells the cost estimate how large the facts can be.
type bounds struct{}

// EstimateSize implements the estimator.
func (bounds) EstimateSize(element checker.AstNode) *checker.SizeEstimate {
	path := element.Path()
	if len(path) == 0 {
		return nil
	}
	size := uint64(64) // every word of the facts
	switch path[len(path)-1] {
	case "documents":
		size = MaxDocuments
	case "codes":
		size = MaxCodes
	}
	return &checker.SizeEstimate{Max: size}
}

// EstimateCallCost implements the estimator: functions cost as CEL assumes.
func (bounds) EstimateCallCost(string, string, *checker.AstNode, []checker.AstNode) *checker.CallEstimate {
	return nil
}

// scope gives a condition its variables.
type scope struct {
	*evaluation
	d, a, b ref.Val
}

// ResolveName implements the activation.
func (s *scope) ResolveName(name string) (any, bool) {
	switch name {
	case "d":
		return s.d, s.d != nil
	case "a":
		return s.a, s.a != nil
	case "b":
		return s.b, s.b != nil
	case "on":
		return s.on, true
	case "scheme":
		return s.scheme, true
	case "channel":
		return s.channel, true
	case "control_questions":
		if s.facts.ControlQuestions == "" {
			return unknown, true
		}
		return types.String(s.facts.ControlQuestions), true
	case "applicant":
		return s.applicant, true
	case "witness":
		return s.witness, true
	case "documents":
		return s.documents, true
	case "finding":
		return s.findings, true
	case "requirement":
		return s.requirements, true
	case "outcome":
		return types.String(s.outcome), s.outcome != ""
	}
	return nil, false
}

// Parent implements the activation: there is none.
func (s *scope) Parent() cel.Activation { return nil }

// test evaluates a condition to types.True, types.False or unknown. A condition that cannot be evaluated is unknown: it
// never says yes, and never stops a decision.
func (p *program) test(s *scope) ref.Val {
	if d, ok := s.d.(*shown); ok && p.class >= 0 {
		return d.class(p.class)
	}
	value, _, err := p.evaluate.Eval(s)
	if err != nil {
		return unknown
	}
	if b, ok := value.(types.Bool); ok {
		return b
	}
	return unknown
}
