package sketch

// Select answers with the value that would stand at place k if keys were
// sorted, and reorders them (Hoare's quickselect). Keys are taken to be as good as
// random: the middle one is the pivot.
func Select(keys []uint64, k int) uint64 {
	for len(keys) > 1 {
		pivot := keys[len(keys)/2]
		i, j := 0, len(keys)-1
		for i <= j {
			for keys[i] < pivot {
				i++
			}
			for keys[j] > pivot {
				j--
			}
			if i <= j {
				keys[i], keys[j] = keys[j], keys[i]
				i++
				j--
			}
		}
		switch { // [0, j] <= pivot, [i, …) >= pivot, and what is between is the pivot
		case k <= j:
			keys = keys[:j+1]
		case k >= i:
			keys, k = keys[i:], k-i
		default:
			return pivot
		}
	}
	return keys[0]
}
