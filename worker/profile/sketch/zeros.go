package sketch

// Zeros is memory for a table that is read before it is written, at any place.
// Fresh memory that is read is mapped to the system's page of zeros first, and
// when it is written mapped again, which interrupts all other threads: for
// tables that are small and many that costs more than all that is done with
// them. (The check of a pointer for nil reads, too.)
func Zeros[T any](n int) []T {
	s := make([]T, n)
	clear(s) // makes the system give the memory now
	return s
}
