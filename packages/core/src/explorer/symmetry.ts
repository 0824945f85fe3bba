import type { NodeId } from '../model/identity.ts'
import type { AnyNode, AnyNodeClass } from '../model/machine.ts'
import type { Renaming } from '../model/schema/rename.ts'
import type { Type } from '../model/schema/type.ts'
import type { ExploredNode } from './explored-node.ts'
import type { Histories } from './history.ts'
import type { Liars } from './liars.ts'
import { argumentOf, deliver, kindOf, type LocalEvent, localEvent, propose } from './local-event.ts'
import { permutationsOf } from './permutations.ts'
import type { ExploredCommand, SharedWorld } from './shared-world.ts'
import type { StateLayout } from './state-layout.ts'
import { SymmetryCheck } from './symmetry-check.ts'
import type { Twins } from './twins.ts'
import { UnsoundReduction } from './unsound-reduction.ts'

/**
 * Which nodes may be taken for each other: all, or those listed. States that differ only in who of
 * them is who are then one.
 */
export type SymmetryOption = 'none' | 'nodes' | readonly NodeId[]

/** More than so many nodes have too many permutations to try them all on every state. */
const maximumInterchangeable = 6

/** The parts of a setting that permutations act on. */
export interface SymmetricWorld<N extends AnyNode> {
  readonly world: SharedWorld
  readonly nodeClass: AnyNodeClass<N>
  readonly commandType: Type<unknown>
  readonly messageType: Type<unknown>
  readonly nodes: readonly ExploredNode<N>[]
  readonly twins: Twins
  readonly liars: Liars<N>
  readonly commands: readonly ExploredCommand[]
  readonly histories: Histories<unknown> | undefined
  readonly layout: StateLayout
}

/**
 * One way to give nodes other numbers, applied to everything that a state is made of: each part has
 * its image worked out once.
 */
export class Permutation<N extends AnyNode> {
  /** By the number of a node its new one. */
  readonly renaming: Renaming
  /** By place, copies of twins among them, the place of its image. */
  readonly places: readonly number[]
  /** By place, the place that it is the image of. */
  readonly sources: readonly number[]
  /** By command, the command that it becomes. */
  readonly commands: readonly number[]
  readonly #parts: SymmetricWorld<N>
  readonly #locals: (number | undefined)[][]
  readonly #envelopes: (number | undefined)[] = []
  readonly #histories: (number | undefined)[] = []

  constructor(
    parts: SymmetricWorld<N>,
    renaming: Renaming,
    places: readonly number[],
    commands: readonly number[],
  ) {
    this.#parts = parts
    this.renaming = renaming
    this.places = places
    this.sources = places.map((_, image) => places.indexOf(image))
    this.commands = commands
    this.#locals = places.map(() => [])
  }

  /** The place, in the table of the node at `places[place]`, of what the state `local` of the node at `place` becomes. */
  local(place: number, local: number): number {
    const known = this.#locals[place] as (number | undefined)[]
    let image = known[local]
    if (image === undefined) {
      const { nodes } = this.#parts
      const node = nodes[this.places[place] as number] as ExploredNode<N>
      image = node.renamed(nodes[place] as ExploredNode<N>, local, this.renaming)
      known[local] = image
    }
    return image
  }

  envelope(envelope: number): number {
    let image = this.#envelopes[envelope]
    if (image === undefined) {
      image = this.#parts.world.envelopes.renamed(envelope, this.renaming)
      this.#envelopes[envelope] = image
    }
    return image
  }

  history(history: number): number {
    let image = this.#histories[history]
    if (image === undefined) {
      image = (this.#parts.histories as Histories<unknown>).renamed(history, this.renaming)
      this.#histories[history] = image
    }
    return image
  }

  event(event: LocalEvent): LocalEvent {
    switch (kindOf(event)) {
      case 'deliver':
        return localEvent(deliver, this.envelope(argumentOf(event)))
      case 'propose':
        return localEvent(propose, this.commands[argumentOf(event)] as number)
      default:
        return event
    }
  }

  /** Writes the image of the state at `start` of `words` to the beginning of `target`. */
  writeImage(words: Int32Array, start: number, length: number, target: Int32Array): void {
    this.#writeLocals(words, start, target)
    this.writeRest(words, start, length, target)
  }

  #writeLocals(words: Int32Array, start: number, target: Int32Array): void {
    const { sources } = this
    for (let image = 0; image < sources.length; image += 1) {
      const place = sources[image] as number
      target[image] = this.local(place, words[start + place] as number)
    }
  }

  /** Writes all of the image but the nodes' own states. */
  writeRest(words: Int32Array, start: number, length: number, target: Int32Array): void {
    const { layout, histories, commands } = this.#parts
    for (let i = layout.budgetWords; i < layout.commandWord; i += 1) {
      target[i] = words[start + i] as number
    }
    if (commands.length > 0) {
      target[layout.commandWord] = this.#commandBits(words[start + layout.commandWord] as number)
    }
    if (histories) {
      target[layout.historyWord] = this.history(words[start + layout.historyWord] as number)
    }
    for (let i = layout.envelopeWords; i < length; i += 1) {
      insert(target, layout.envelopeWords, i, this.envelope(words[start + i] as number))
    }
  }

  #commandBits(bits: number): number {
    let image = 0
    for (let command = 0; command < this.commands.length; command += 1) {
      if ((bits & (1 << command)) !== 0) image |= 1 << (this.commands[command] as number)
    }
    return image
  }
}

/** Puts a word where it belongs among those in ascending order from `first` to before `end`. */
function insert(words: Int32Array, first: number, end: number, word: number): void {
  let at = end
  for (; at > first && (words[at - 1] as number) > word; at -= 1) {
    words[at] = words[at - 1] as number
  }
  words[at] = word
}

/**
 * The group of permutations of nodes that keep a world: its commands, its twins and its first state.
 * States that they lead to from each other are an orbit, and the least of its vectors stands for it:
 * a vector's words are numbers that were given once for ever, so that which one is least never changes.
 *
 * That the group keeps the transitions too, so that what is reached from one state of an orbit is
 * reached from every other but for the names, is not taken for granted: see `SymmetryCheck`.
 */
export class Symmetry<N extends AnyNode> {
  /** All but the one that changes nothing. */
  permutations: readonly Permutation<N>[]
  readonly #check: SymmetryCheck<N>
  /** Why the nodes are not interchangeable after all: then nothing that was found holds. */
  #refusal: UnsoundReduction | undefined = undefined
  #least = new Int32Array(64)
  #image = new Int32Array(64)
  readonly #layout: StateLayout

  /** @throws RangeError for nodes that do not exist, or too many */
  constructor(parts: SymmetricWorld<N>, option: Exclude<SymmetryOption, 'none'>) {
    const count = parts.world.nodes.length
    const nodes = option === 'nodes' ? parts.world.nodes : option
    checkNodes(nodes, count)
    if (parts.liars.anyHearsAtOnce) {
      throw new UnsoundReduction('symmetry: not together with liars that hear at once')
    }
    this.#layout = parts.layout
    const found: Permutation<N>[] = []
    for (const renaming of permutationsOf(nodes, count)) {
      const places = parts.twins.renamedPlaces(renaming)
      const commands = renamedCommands(parts, renaming)
      if (!places || !commands || renaming.every((image, node) => image === node)) continue
      if (!parts.liars.keptBy(renaming)) continue
      found.push(new Permutation(parts, renaming, places, commands))
    }
    this.permutations = found
    this.#check = new SymmetryCheck(parts, this)
  }

  /** How many permutations there are, that which changes nothing among them. */
  get group(): number {
    return this.permutations.length + 1
  }

  /** Leaves out the permutations that change the first state, and checks what was done on the way there. */
  begin(words: Int32Array, start: number, length: number): void {
    this.#makeRoom(length)
    const image = this.#image
    this.permutations = this.permutations.filter((permutation) => {
      permutation.writeImage(words, start, length, image)
      for (let i = 0; i < length; i += 1) if (image[i] !== words[start + i]) return false
      return true
    })
    this.#check.begin()
  }

  /** @throws the error, which is what every further question throws too */
  refuse(error: UnsoundReduction): never {
    this.#refusal = error
    throw error
  }

  /** Puts in place of a state the one that stands for its orbit. */
  canonise(words: Int32Array, start: number, length: number): void {
    if (this.#refusal) throw this.#refusal
    this.#makeRoom(length)
    for (let i = 0; i < length; i += 1) this.#least[i] = words[start + i] as number
    let moved = false
    for (let i = 0; i < this.permutations.length; i += 1) {
      if (!this.#isLess(this.permutations[i] as Permutation<N>, words, start, length)) continue
      const least = this.#image
      this.#image = this.#least
      this.#least = least
      moved = true
    }
    if (!moved) return
    for (let i = 0; i < length; i += 1) words[start + i] = this.#least[i] as number
  }

  /** Writes the image where it is less than what is the least so far. Most are not, as the nodes' own states already show. */
  #isLess(permutation: Permutation<N>, words: Int32Array, start: number, length: number): boolean {
    const image = this.#image
    const least = this.#least
    const { sources } = permutation
    let order = 0
    for (let i = 0; i < sources.length; i += 1) {
      const place = sources[i] as number
      image[i] = permutation.local(place, words[start + place] as number)
      if (order === 0) order = (image[i] as number) - (least[i] as number)
      if (order > 0) return false
    }
    permutation.writeRest(words, start, length, image)
    for (let i = this.#layout.budgetWords; order === 0 && i < length; i += 1) {
      order = (image[i] as number) - (least[i] as number)
    }
    return order < 0
  }

  #makeRoom(length: number): void {
    if (length <= this.#least.length) return
    this.#least = new Int32Array(2 * length)
    this.#image = new Int32Array(2 * length)
  }
}

function checkNodes(nodes: readonly NodeId[], count: number): void {
  for (const node of nodes) {
    if (!(Number.isSafeInteger(node) && node >= 0 && node < count)) {
      throw new RangeError(`symmetry: node ${node}: must be 0 to ${count - 1}`)
    }
  }
  if (new Set(nodes).size < nodes.length) throw new RangeError('symmetry: a node is named twice')
  if (nodes.length > maximumInterchangeable) {
    throw new RangeError(
      `symmetry: ${nodes.length} interchangeable nodes: at most ${maximumInterchangeable}`,
    )
  }
}

/**
 * By command, the command that it becomes: equal but for the nodes that it names, and put to the
 * image of its node. The first of several equal ones becomes the first, and so on. Undefined where a
 * command becomes one that is not in the list.
 */
function renamedCommands<N extends AnyNode>(
  { commands, commandType }: SymmetricWorld<N>,
  renaming: Renaming,
): number[] | undefined {
  const images: number[] = []
  for (const { command, node, copy = 'first' } of commands) {
    const wanted = commandType.rename(command, renaming)
    const to = node === undefined ? undefined : renaming[node]
    const image = commands.findIndex(
      (other, place) =>
        !images.includes(place) &&
        other.node === to &&
        (other.copy ?? 'first') === copy &&
        commandType.equal(other.command, wanted),
    )
    if (image < 0) return undefined
    images.push(image)
  }
  return images
}
