// Package trust answers who signed an object, whether they may, and whether that is still so: certificates, the keys of
// the country signing certification authorities (CSCA) that anchor them, master lists and revocation lists (Doc
// 9303-12).
//
// Everything that reaches it is hostile until a signature says otherwise: input is bounded before it is parsed, keys and
// parameters are checked before they are used, and a list counts only after its own signature does. The verdicts are this
// package's own; no library's opinion of a signature is taken over.
package trust
