package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"

	"assay/worker/profile/sketch"
)

// jsonNames are the columns of a JSON table in the order of their first
// appearance in the file. Only the segment that is known to be the next right
// one may add to them: so the order is that of the sequential reading, and a
// number once given stays. Other segments that meet a new name give up and are
// read again when it is their turn (errNotYet).
type jsonNames struct {
	most int

	mu    sync.Mutex
	names []string
	ids   map[string]int
	right int   // the segment that may add names …
	start int64 // … if it began here
}

// errNotYet means that a segment cannot be read before those in front of it.
var errNotYet = errors.New("source: a column that only the segments before may know")

func newJSONNames(most int) *jsonNames { return &jsonNames{most: most, ids: map[string]int{}} }

// id is the number of a column, which segment index (begun at start) may add.
func (n *jsonNames) id(name string, index int, start int64) (id int, added bool, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, known := n.ids[name]; known {
		return id, false, nil
	}
	if index != n.right || start != n.start {
		return 0, false, errNotYet
	}
	if len(n.names) >= n.most {
		return 0, false, &Error{Code: "too_many_columns", Row: -1, Offset: -1,
			Message: fmt.Sprintf("The file has more than %s columns; the next one would be %s.", thousands(int64(n.most)), quoteShort(name)),
			Hint:    "If the keys are data (identifiers, say), make each of them a row with the key as a value. Otherwise raise the limit of columns."}
	}
	n.ids[name] = len(n.names)
	n.names = append(n.names, name)
	return len(n.names) - 1, true, nil
}

// settled gives the next segment the right to add, which begins at start; where
// there is more of a part, it has the same index.
func (n *jsonNames) settled(start int64, more bool) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !more {
		n.right++
	}
	n.start = start
	return slices.Clip(n.names)
}

func (n *jsonNames) list() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.names)
}

func (n *jsonNames) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.names)
}

// forget takes back the last names, which a row brought that is not whole, and
// answers how many are left.
func (n *jsonNames) forget(last int) (left int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	left = len(n.names) - last
	for _, name := range n.names[left:] {
		delete(n.ids, name)
	}
	n.names = slices.Clone(n.names[:left])
	return left
}

// member is a key of an object at one path. Rows mostly have the same keys in
// the same order, so members know who came after them.
type member struct {
	key string
	// written is how the key most likely stands in the text: in quotes, with
	// the colon. It is empty where that needs escapes.
	written string
	front   uint64 // its first eight bytes, or all …
	mask    uint64 // … of which these count
	name    string // of the column: the keys on the path with dots between
	index   int    // in its members' list
	column  int    // -1 while its value was never a leaf
	inner   *members
	seen    uint64 // number of the object it was last seen in
	leaf    uint64 // number of the last object when its value was last a leaf
}

// members are the keys of the objects at one path.
type members struct {
	prefix string
	list   []*member
	byKey  map[string]*member
	// places has members at places that their keys' hashes tell, for rows whose
	// keys have no order. There are a few for each key.
	places []*member
}

const (
	fewestPlaces = 16
	mostPlaces   = 4096
)

// place is where a key of n <= 16 bytes, in front of b, may be found.
func (ms *members) place(b *[16]byte, n int) *(*member) {
	return &ms.places[sketch.HashFront(b, n)&uint64(len(ms.places)-1)]
}

func newMembers(prefix string) *members {
	return &members{prefix: prefix, byKey: map[string]*member{}, places: make([]*member, fewestPlaces)}
}

// find looks a key up; a new one is added.
func (ms *members) find(key []byte) *member {
	if m, ok := ms.byKey[string(key)]; ok {
		return m
	}
	return ms.add(string(key))
}

func (ms *members) add(key string) *member {
	m := &member{key: key, name: ms.prefix + key, index: len(ms.list), column: -1}
	if quoted := `"` + key + `":`; plainKey(quoted) {
		var front [8]byte
		n := copy(front[:], quoted)
		m.written, m.front, m.mask = quoted, binary.LittleEndian.Uint64(front[:]), math.MaxUint64>>(64-8*n)
	}
	ms.list = append(ms.list, m)
	ms.byKey[key] = m
	if n := len(ms.places); n < mostPlaces && 8*len(ms.list) > n {
		ms.places = make([]*member, 2*n)
	}
	return m
}

// plainKey tells whether a key in quotes, with its colon, says in a text what
// it says here.
func plainKey(quoted string) bool {
	end, _ := plainRun(append([]byte(quoted), make([]byte, jsonPadding)...), 1)
	return end == len(quoted)-2
}

// stands tells whether m's key stands at buf[i], and with which length it does.
func (m *member) stands(buf []byte, i int) (n int, ok bool) {
	n = len(m.written)
	switch {
	case (binary.LittleEndian.Uint64(buf[i:])^m.front)&m.mask != 0 || n == 0:
		return 0, false
	case n <= 8:
		return n, true
	}
	return n, i+n <= len(buf) && string(buf[i+8:i+n]) == m.written[8:]
}

// element is the member for position i (from 0) of a row that is an array.
func (ms *members) element(i int) *member {
	if i < len(ms.list) {
		return ms.list[i]
	}
	return ms.add("column_" + strconv.Itoa(i+1))
}

func (m *member) members() *members {
	if m.inner == nil {
		m.inner = newMembers(m.name + ".")
	}
	return m.inner
}

// forget takes back the columns from number left on.
func (ms *members) forget(left int) {
	for _, m := range ms.list {
		if m.column >= left {
			m.column = -1
		}
		if m.inner != nil {
			m.inner.forget(left)
		}
	}
}

// quoteShort quotes text of a file for a message.
func quoteShort(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strconv.Quote(s)
}
