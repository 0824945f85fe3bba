/**
 * Other numbers for nodes: by the number of each node its new one. A permutation of 0 to n − 1;
 * whatever is no node of it keeps its number.
 */
export type Renaming = readonly number[]

/**
 * What types do whose values name no nodes. Containers of such types do the same, without looking
 * into their values.
 */
export function unchanged<T>(value: T): T {
  return value
}

/** The list with every element renamed; the list itself where that changes none. */
export function renameEach<T>(
  values: readonly T[],
  rename: (value: T, renaming: Renaming) => T,
  renaming: Renaming,
): readonly T[] {
  let renamed: T[] | undefined
  for (let i = 0; i < values.length; i += 1) {
    const before = values[i] as T
    const after = rename(before, renaming)
    if (after === before) continue
    renamed ??= values.slice()
    renamed[i] = after
  }
  return renamed ?? values
}
