package redact

// Error returns err with a text without secrets. What errors.Is and errors.As find in it stays as it
// is: who asks for its text and not for err's is told no secret.
func (r *Redactor) Error(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if shown := r.Text(text); shown != text {
		return &quiet{err, shown}
	}
	return err
}

// quiet is an error that does not say everything.
type quiet struct {
	err  error
	text string
}

// Error returns the text without secrets.
func (q *quiet) Error() string { return q.text }

// Unwrap returns the error as it was.
func (q *quiet) Unwrap() error { return q.err }
