// Package agreement compares this program's passive authentication with OpenSSL's: specimen documents, sound or broken in one
// place, are given to both. Where they differ, a clause says why; docs/openssl.md is the table.
package agreement
