import { boundable, list } from './composites.ts'
import { DecodeError } from './decode-error.ts'
import { finish, mix } from './hash.ts'
import { type Renaming, unchanged } from './rename.ts'
import { nodeId } from './scalars.ts'
import type { Type } from './type.ts'
import { naturalSize } from './writer.ts'

// Sets and maps hash by a sum over their elements and are encoded sorted, so that neither shows the
// order of insertion. A protocol that iterates over one must not let that order matter.

type Key<K> = Type<K> & { readonly compare: (left: K, right: K) => number }

function asKey<K>(type: Type<K>): Key<K> {
  if (!type.compare)
    throw new RangeError(`${type.name} cannot be a key: use a number, a text or a node`)
  return type as Key<K>
}

/** Distinct numbers, texts or nodes. */
export function set<T extends number | string>(element: Type<T>): Type<Set<T>> {
  const key = asKey(element)
  return {
    name: `set(${element.name})`,
    minimumBytes: 1,
    immutable: false,
    unordered: true,
    initial: () => new Set(),
    write: (writer, values) => {
      writer.natural(values.size)
      for (const value of [...values].sort(key.compare)) key.write(writer, value)
    },
    read: (reader) => {
      const count = reader.count(key.minimumBytes)
      const values = new Set<T>()
      let previous: T | undefined
      for (let i = 0; i < count; i += 1) {
        const value = key.read(reader)
        if (previous !== undefined && key.compare(previous, value) >= 0) {
          throw new DecodeError('a set out of order')
        }
        values.add(value)
        previous = value
      }
      return values
    },
    size: (values) => {
      let size = naturalSize(values.size)
      for (const value of values) size += key.size(value)
      return size
    },
    copy: (values) => new Set(values),
    hash: (hash, values) => {
      let sum = 0
      for (const value of values) sum = (sum + finish(key.hash(0, value))) | 0
      return mix(mix(hash, values.size), sum)
    },
    equal: (left, right) => {
      if (left.size !== right.size) return false
      for (const value of left) if (!right.has(value)) return false
      return true
    },
    freeze: freezeCollection,
    view: (values) => [...values].sort(key.compare).map(key.view),
    rename:
      key.rename === unchanged
        ? unchanged
        : (values, renaming) => {
            const renamed = new Set<T>()
            let changes = false
            for (const value of values) {
              const after = key.rename(value, renaming)
              changes ||= after !== value
              renamed.add(after)
            }
            return changes ? renamed : values
          },
  }
}

/** A set of nodes: the votes of an election, the holders of a block. */
export const nodeSet: Type<Set<number>> = set(nodeId)

const nodesInAnyOrder = list(nodeId)

/** Distinct nodes in ascending order: what messages carry in place of a set of nodes. */
export const ascendingNodes: Type<number[]> = {
  ...nodesInAnyOrder,
  name: 'ascending nodes',
  write: (writer, nodes) => {
    for (let i = 1; i < nodes.length; i += 1) {
      if ((nodes[i - 1] as number) >= (nodes[i] as number)) {
        throw new RangeError(`cannot encode nodes ${nodes.join(', ')}: not in ascending order`)
      }
    }
    nodesInAnyOrder.write(writer, nodes)
  },
  read: (reader) => {
    const nodes = nodesInAnyOrder.read(reader)
    for (let i = 1; i < nodes.length; i += 1) {
      if ((nodes[i - 1] as number) >= (nodes[i] as number)) {
        throw new DecodeError('nodes out of order')
      }
    }
    return nodes
  },
  rename: (nodes, renaming) => {
    const renamed = nodesInAnyOrder.rename(nodes, renaming)
    return renamed === nodes ? nodes : [...renamed].sort((left, right) => left - right)
  },
}

/**
 * A value for each node, by its number, or none for any: an array such as papers have. Unlike in a
 * list, it is the place that names a node.
 */
export function byNode<T>(element: Type<T>): Type<T[]> {
  const values = list(element)
  return {
    ...values,
    name: `byNode(${element.name})`,
    rename: (before, renaming) => {
      const contents = values.rename(before, renaming)
      if (renaming.every((image, node) => image === node) || contents.length === 0) return contents
      const moved = contents.slice()
      for (let node = 0; node < contents.length; node += 1) {
        const image = renaming[node] ?? node
        if (image >= contents.length) {
          throw new RangeError(`values for ${contents.length} nodes, but none for node ${image}`)
        }
        moved[image] = contents[node] as T
      }
      return moved
    },
  }
}

/** Values by number, text or node. */
export function map<K extends number | string, V>(
  keyType: Type<K>,
  value: Type<V>,
): Type<Map<K, V>> {
  const key = asKey(keyType)
  boundable(keyType, 'map')
  const sorted = (entries: ReadonlyMap<K, V>): [K, V][] =>
    [...entries].sort((left, right) => key.compare(left[0], right[0]))
  return {
    name: `map(${keyType.name}, ${value.name})`,
    minimumBytes: 1,
    immutable: false,
    unordered: true,
    initial: () => new Map(),
    write: (writer, entries) => {
      writer.natural(entries.size)
      for (const [name, content] of sorted(entries)) {
        key.write(writer, name)
        value.write(writer, content)
      }
    },
    read: (reader) => {
      const count = reader.count(key.minimumBytes + value.minimumBytes)
      const entries = new Map<K, V>()
      let previous: K | undefined
      for (let i = 0; i < count; i += 1) {
        const name = key.read(reader)
        if (previous !== undefined && key.compare(previous, name) >= 0) {
          throw new DecodeError('a map out of order')
        }
        entries.set(name, value.read(reader))
        previous = name
      }
      return entries
    },
    size: (entries) => {
      let size = naturalSize(entries.size)
      for (const [name, content] of entries) size += key.size(name) + value.size(content)
      return size
    },
    copy: (entries) => {
      // Also where the contents need no copy: V8 takes twice as long for new Map(entries).
      const copied = new Map<K, V>()
      for (const [name, content] of entries) copied.set(name, value.copy(content))
      return copied
    },
    hash: (hash, entries) => {
      let sum = 0
      for (const [name, content] of entries) {
        sum = (sum + finish(value.hash(key.hash(0, name), content))) | 0
      }
      return mix(mix(hash, entries.size), sum)
    },
    equal: (left, right) => {
      if (left.size !== right.size) return false
      for (const [name, content] of left) {
        if (!right.has(name) || !value.equal(content, right.get(name) as V)) return false
      }
      return true
    },
    freeze: freezeCollection,
    // Not by assignment, which takes the name `__proto__` for something else.
    view: (entries) =>
      Object.fromEntries(
        sorted(entries).map(([name, content]) => [String(name), value.view(content)]),
      ),
    rename:
      key.rename === unchanged && value.rename === unchanged
        ? unchanged
        : (entries, renaming) => renameEntries(entries, key.rename, value.rename, renaming),
  }
}

/** The map with its keys and contents renamed; the map itself where that changes none. */
function renameEntries<K, V>(
  entries: Map<K, V>,
  renameKey: Type<K>['rename'],
  renameContent: Type<V>['rename'],
  renaming: Renaming,
): Map<K, V> {
  const renamed = new Map<K, V>()
  let changes = false
  for (const [name, content] of entries) {
    const nameAfter = renameKey(name, renaming)
    const contentAfter = renameContent(content, renaming)
    changes ||= nameAfter !== name || contentAfter !== content
    renamed.set(nameAfter, contentAfter)
  }
  return changes ? renamed : entries
}

/** What is known of each node, such as a leader's next index: a map that reads like the paper's array. */
export function perNode<V>(value: Type<V>): Type<Map<number, V>> {
  return map(nodeId, value)
}

/** Object.freeze leaves the contents of a set or a map open, so messages carry lists instead. */
function freezeCollection(): never {
  throw new RangeError(
    'a message must not hold a set or a map: their order is not part of their value; send a list',
  )
}
