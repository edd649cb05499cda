package trust

import "fmt"

// Code is the stable word for the reason why a signature does not count.
type Code string

// The codes of a [SignatureError].
const (
	// CodeInvalid: the signature is not one of this key over these octets.
	CodeInvalid Code = "signature_invalid"
	// CodeKey: the key is none: infinity, off its curve, an even modulus.
	CodeKey Code = "key_invalid"
	// CodeParameters: the signature breaks the parameters stated for it or for the key.
	CodeParameters Code = "parameters_broken"
	// CodeRange: a value of the signature is out of range.
	CodeRange Code = "value_out_of_range"
	// CodeAlgorithm: the algorithm is unknown; open, not false.
	CodeAlgorithm Code = "unknown_algorithm"
	// CodeCurve: explicit curve parameters match no known curve as a whole; open, not false.
	CodeCurve Code = "unknown_curve"
)

// SignatureError tells why a signature does not count, and whether it is false or merely beyond this program.
type SignatureError struct {
	Code Code
	// Open tells that the signature may be right: its algorithm is unknown.
	Open bool
	// Detail says more, in English, without personal data.
	Detail string
}

func (e *SignatureError) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Detail) }

func failed(code Code, format string, args ...any) *SignatureError {
	return &SignatureError{Code: code, Detail: fmt.Sprintf(format, args...)}
}

func open(code Code, format string, args ...any) *SignatureError {
	return &SignatureError{Code: code, Open: true, Detail: fmt.Sprintf(format, args...)}
}
