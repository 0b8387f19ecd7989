// Package redact keeps secrets out of texts: what variables of a gateway document stood for, and all
// texts that leave the process because of such values: mistakes, errors, logs, explanations.
//
// A secret is found as it is, in other case, escaped as Go, JSON, SQL and URLs do, and in part: of no
// secret more than five characters in a row are left. Secrets of four and five characters are found
// where they are a whole word, and shorter ones by a Strict redactor only, which is for texts that are
// about the value itself.
package redact
