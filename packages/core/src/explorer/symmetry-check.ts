import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import type { FieldObject } from '../model/schema/fields.ts'
import type { ExploredNode } from './explored-node.ts'
import { argumentOf, kindOf, type LocalEvent } from './local-event.ts'
import type { LocalState } from './local-state.ts'
import { describeStep, type Step } from './step.ts'
import type { StepOutcome } from './step-outcome.ts'
import type { Permutation, SymmetricWorld, Symmetry } from './symmetry.ts'
import { UnsoundReduction } from './unsound-reduction.ts'

/** No envelope. */
const absent = -1

/** Where an outcome of a step comes from. */
interface Origin {
  readonly place: number
  readonly local: number
  readonly event: LocalEvent
  /** Among the outcomes of the step. */
  readonly index: number
}

/**
 * Sees to it that permutations keep the transitions: each step that a node takes, each of its images
 * takes too, and they lead to images of each other (s → t if and only if π(s) → π(t)).
 *
 * Steps are remembered, so that each is run once: then all its images are run as well, and compared.
 * For all images of a step at once: if x = π(s) is one of them, and σ a permutation of the group, then
 * σ(x) is the image of s by σπ, which is in the group, so what was compared with s agrees with x. By
 * induction on the length of a run, every state that can be reached has one in its orbit that was
 * explored; and since the group keeps the first state, every state of the orbit can be reached.
 */
export class SymmetryCheck<N extends AnyNode> {
  readonly #parts: SymmetricWorld<N>
  readonly #symmetry: Symmetry<N>
  /** The steps that were taken before the group was known. */
  #early: (() => void)[] | undefined = []
  #checking = false
  readonly #origins: Origin[] = []

  constructor(parts: SymmetricWorld<N>, symmetry: Symmetry<N>) {
    this.#parts = parts
    this.#symmetry = symmetry
    for (const [place, node] of parts.nodes.entries()) {
      node.onNewStep = (local, event, outcomes) => this.#stepTaken(place, local, event, outcomes)
    }
    const { histories } = parts
    if (!histories) return
    histories.onNewTransition = (history, outcome, next) => {
      this.#whenKnown(() => this.#compareHistories(history, outcome, next))
    }
  }

  /** The group is known: what was done on the way to the first state is checked now. */
  begin(): void {
    const early = this.#early ?? []
    this.#early = undefined
    for (const check of early) check()
  }

  #whenKnown(check: () => void): void {
    if (this.#early) this.#early.push(check)
    else check()
  }

  #stepTaken(place: number, local: number, event: LocalEvent, outcomes: readonly StepOutcome[]) {
    if (this.#parts.histories) {
      for (const [index, { number }] of outcomes.entries()) {
        this.#origins[number] = { place, local, event, index }
      }
    }
    this.#whenKnown(() => this.#compareSteps(place, local, event, outcomes))
  }

  #compareSteps(
    place: number,
    local: number,
    event: LocalEvent,
    outcomes: readonly StepOutcome[],
  ): void {
    // What is run for comparison is an image itself.
    if (this.#checking) return
    this.#checking = true
    for (const permutation of this.#symmetry.permutations) {
      const to = permutation.places[place] as number
      const node = this.#parts.nodes[to] as ExploredNode<N>
      const images = node.step(permutation.local(place, local), permutation.event(event))
      const difference = this.#difference(permutation, place, event, outcomes, images)
      if (difference) this.#refuse(permutation, place, event, difference)
    }
    this.#checking = false
  }

  /** How the outcomes of a step and of its image do not correspond. */
  #difference(
    permutation: Permutation<N>,
    place: number,
    event: LocalEvent,
    outcomes: readonly StepOutcome[],
    images: readonly StepOutcome[],
  ): string | undefined {
    if (images.length !== outcomes.length) return 'in how many ways they can go'
    for (const [i, outcome] of outcomes.entries()) {
      const image = images[i] as StepOutcome
      if ((outcome.thrown === undefined) !== (image.thrown === undefined)) return 'in what throws'
      if (
        !sameEnvelopes(
          outcome.sent.map((sent) => permutation.envelope(sent)),
          image.sent,
        )
      ) {
        return 'in what is sent'
      }
      const next = permutation.local(place, outcome.next)
      if (next !== image.next) {
        const node = this.#parts.nodes[permutation.places[place] as number] as ExploredNode<N>
        return `in ${this.#differing(node, next, image.next).join(', ')}`
      }
      const envelope = kindOf(event) === 'deliver' ? argumentOf(event) : absent
      if (
        this.#observed(place, envelope, outcome) !==
        this.#observed(
          permutation.places[place] as number,
          envelope === absent ? absent : permutation.envelope(envelope),
          image,
        )
      ) {
        return 'in what the history takes note of'
      }
    }
    return undefined
  }

  #observed(place: number, envelope: number, outcome: StepOutcome): boolean {
    const { histories, nodes } = this.#parts
    return (
      histories?.leavesTrace((nodes[place] as ExploredNode<N>).self, envelope, outcome) ?? false
    )
  }

  /** The fields, and whatever else of the host's, in which two states of a node differ. */
  #differing(node: ExploredNode<N>, left: number, right: number): string[] {
    const one = node.parts(left)
    const two = node.parts(right)
    if (!one.fields || !two.fields) return ['being up']
    const hosted = (Object.keys(one.state) as (keyof LocalState)[]).filter(
      (name) =>
        name !== 'fields' && JSON.stringify(one.state[name]) !== JSON.stringify(two.state[name]),
    )
    const { nodeClass } = this.#parts
    return [...nodeClass.state.differing(asFields(one.fields), asFields(two.fields)), ...hosted]
  }

  /** A history must become the image of what the history becomes of which it is the image. */
  #compareHistories(history: number, outcome: StepOutcome, next: number): void {
    if (this.#checking) return
    this.#checking = true
    const { place, local, event, index } = this.#origins[outcome.number] as Origin
    const { nodes, histories } = this.#parts
    for (const permutation of this.#symmetry.permutations) {
      const node = nodes[permutation.places[place] as number] as ExploredNode<N>
      const imageEvent = permutation.event(event)
      const images = node.step(permutation.local(place, local), imageEvent)
      const envelope = kindOf(event) === 'deliver' ? argumentOf(imageEvent) : absent
      const image = images[index] as StepOutcome
      const found = histories?.after(permutation.history(history), node.self, envelope, image)
      if (found !== permutation.history(next)) {
        this.#refuse(permutation, place, event, 'in the history')
      }
    }
    this.#checking = false
  }

  #refuse(
    permutation: Permutation<N>,
    place: number,
    event: LocalEvent,
    difference: string,
  ): never {
    const moved = permutation.renaming.flatMap((image, node) => (image === node ? [] : [node]))
    const one = this.#describe(place, event)
    const other = this.#describe(permutation.places[place] as number, permutation.event(event))
    const message = `symmetry: nodes ${moved.join(', ')} are not interchangeable: "${one}" and "${other}", alike but for the nodes' numbers, differ ${difference}`
    return this.#symmetry.refuse(new UnsoundReduction(message))
  }

  #describe(place: number, event: LocalEvent): string {
    return describeStep(this.#stepOf((this.#parts.nodes[place] as ExploredNode<N>).self, event))
  }

  #stepOf(node: NodeId, event: LocalEvent): Step {
    const { world, commandType, messageType } = this.#parts
    const argument = argumentOf(event)
    const kind = kindOf(event)
    switch (kind) {
      case 'deliver': {
        const { envelopes } = world
        const message = messageType.view(envelopes.message(argument))
        return { kind, from: envelopes.from(argument), to: node, message }
      }
      case 'timeout':
        return { kind, node, timer: world.timers[argument] as string }
      case 'propose': {
        const command = commandType.view(world.commands[argument]?.command)
        return { kind, node, place: argument, command }
      }
      case 'crash':
        return { kind, node, survivors: argument }
      case 'mine':
      case 'sync':
      case 'restart':
        return { kind, node }
    }
  }
}

function sameEnvelopes(images: number[], found: readonly number[]): boolean {
  images.sort((left, right) => left - right)
  return images.length === found.length && images.every((envelope, i) => envelope === found[i])
}

/** A node's declared fields are plain properties of it. */
function asFields(node: AnyNode): FieldObject {
  return node as unknown as FieldObject
}
