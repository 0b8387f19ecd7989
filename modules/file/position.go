package file

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
)

// identity tells a file from others, whatever it is called.
type identity struct {
	Device uint64 `json:"device"`
	Inode  uint64 `json:"inode"`
}

// position is what has been done with of one file. It is guarded by its positions.
type position struct {
	of *positions

	identity
	Head      string `json:"head"`      // the hash of its first bytes
	HeadBytes int    `json:"headBytes"` // how many these are
	Done      spans  `json:"done"`

	before  int64 // where what was done with ended when the module began
	claimed bool  // some tail reads the file
	ended   bool  // it has been rotated away, and read to its end
	size    int64 // then
}

// has reports whether a part has been done with, and whether nothing from there on has.
func (p *position) has(from, to int64) (done, last bool) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	return p.Done.has(from, to), to > p.before
}

// finish notes that a part is done with.
func (p *position) finish(from, to int64) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	p.Done.add(from, to)
	p.of.dirty = true
}

// skip has all up to there pass for done with.
func (p *position) skip(to int64) {
	p.finish(0, to)
	p.before = to
}

// begins notes how the file begins, as far as it has been read.
func (p *position) begins(head []byte) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	if len(head) > p.HeadBytes {
		p.Head, p.HeadBytes = hashOf(head), len(head)
	}
}

// end notes that the file is not read any more.
func (p *position) end(size int64) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	p.ended, p.size, p.of.dirty = true, size, true
}

// stale reports whether there is nothing more to know about the file.
func (p *position) stale() bool { return p.ended && (p.size == 0 || p.Done.has(0, p.size)) }

// isOf reports whether that file is the one, and not another one that has its place or has been
// written anew since.
func (p *position) isOf(info fs.FileInfo, f io.ReaderAt) bool {
	if p.identity != identityOf(info) || info.Size() < p.Done.end() {
		return false
	}
	head := make([]byte, p.HeadBytes)
	n, err := f.ReadAt(head, 0)
	return (err == nil || errors.Is(err, io.EOF)) && n == len(head) && hashOf(head) == p.Head
}

func hashOf(head []byte) string {
	sum := sha256.Sum256(head)
	return hex.EncodeToString(sum[:])
}
