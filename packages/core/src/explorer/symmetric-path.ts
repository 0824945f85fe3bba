import type { AnyNode } from '../model/machine.ts'
import type { Setting } from './options.ts'
import { StateSpace } from './state-space.ts'
import type { Step } from './step.ts'
import type { Symmetry } from './symmetry.ts'

/** Where a path is to lead: to the last of the given orbits. */
interface Destination {
  /** The state of that orbit, as its vector; any of them where absent. */
  readonly state: Int32Array | undefined
  /** Whether one more step is wanted there, in which the protocol throws. */
  readonly throws: boolean
}

/**
 * A path of real nodes through these orbits, each given by the vector that stands for it. States that
 * stand for their orbits do not follow each other: after each step, nodes may have changed names. But
 * from every state of an orbit a step leads into the next one, so that a run is found by following
 * them from the first state. It ends in some state of the last orbit; where another is wanted, that
 * is its image by a permutation, and the images of all its states are a run too, since the first is
 * its own image.
 */
export function pathThroughOrbits<N extends AnyNode>(
  setting: Setting<N>,
  orbits: readonly Int32Array[],
  { state, throws }: Destination,
): Step[] {
  const symmetry = setting.symmetry as Symmetry<N>
  const walk = new Walk({ ...setting, symmetry: undefined })
  const run = [walk.first()]
  for (const orbit of orbits.slice(1)) {
    const found = walk.follow(run.at(-1) as Int32Array, (next) => {
      return equalWords(orbitOf(symmetry, next), orbit)
    })
    run.push(found.state)
  }
  const images = state ? imagesThatEndIn(symmetry, run, state) : run
  const steps = images.slice(1).map((image, i) => {
    return walk.follow(images[i] as Int32Array, (next) => equalWords(next, image)).step
  })
  return throws ? [...steps, walk.throwing(images.at(-1) as Int32Array)] : steps
}

function imagesThatEndIn<N extends AnyNode>(
  symmetry: Symmetry<N>,
  run: readonly Int32Array[],
  end: Int32Array,
): readonly Int32Array[] {
  const last = run.at(-1) as Int32Array
  if (equalWords(last, end)) return run
  for (const permutation of symmetry.permutations) {
    const imageOf = (state: Int32Array): Int32Array => {
      const image = new Int32Array(state.length)
      permutation.writeImage(state, 0, state.length, image)
      return image
    }
    if (equalWords(imageOf(last), end)) return run.map(imageOf)
  }
  throw new Error('no permutation leads from one state of an orbit to another')
}

function orbitOf<N extends AnyNode>(symmetry: Symmetry<N>, state: Int32Array): Int32Array {
  const canonical = state.slice()
  symmetry.canonise(canonical, 0, canonical.length)
  return canonical
}

function equalWords(left: Int32Array, right: Int32Array): boolean {
  return left.length === right.length && left.every((word, i) => word === right[i])
}

/** Real states, and the steps between them. */
class Walk<N extends AnyNode> {
  readonly #space: StateSpace<N>

  constructor(setting: Setting<N>) {
    this.#space = new StateSpace(setting)
    this.#space.begin({ reached: () => {}, threw: () => {} })
  }

  first(): Int32Array {
    return this.#vector(0)
  }

  /** The first step from a state to one that is wanted. */
  follow(
    from: Int32Array,
    isWanted: (state: Int32Array) => boolean,
  ): { readonly state: Int32Array; readonly step: Step } {
    let found: { readonly state: Int32Array; readonly step: Step } | undefined
    this.#space.expand(this.#place(from), {
      reached: (next) => {
        if (found) return
        const state = this.#vector(next)
        if (isWanted(state)) found = { state, step: this.#space.step() }
      },
      threw: () => {},
    })
    if (!found) throw new Error('no step leads into the next orbit')
    return found
  }

  /** The first step from a state in which the protocol throws. */
  throwing(from: Int32Array): Step {
    let step: Step | undefined
    this.#space.expand(this.#place(from), {
      reached: () => {},
      threw: () => {
        step ??= this.#space.step()
      },
    })
    if (!step) throw new Error('no step throws here')
    return step
  }

  #vector(place: number): Int32Array {
    const { states } = this.#space
    return states.wordsOf(place).slice(states.start(place), states.stop(place))
  }

  #place(state: Int32Array): number {
    const { states } = this.#space
    states.reserve(state.length).set(state, states.end)
    return states.enter(state.length)
  }
}
