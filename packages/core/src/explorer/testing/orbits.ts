import {
  type AnyNode,
  encode,
  type FieldObject,
  type Type,
  toHex,
  Writer,
} from '../../model/index.ts'
import { Exploration } from '../exploration.ts'
import type { ExploredNode } from '../explored-node.ts'
import type { ExploreOptions } from '../options.ts'
import { permutationsOf } from '../permutations.ts'
import { layoutOf } from '../state-layout.ts'

/**
 * How many orbits the states of a world fall into, counted from all of them: each state is written
 * out as text, once for every way to exchange the nodes, and the least text names its orbit. Shares
 * with the reduction no more than the schema's own renaming.
 */
export function countOrbits<N extends AnyNode>(
  options: ExploreOptions<N>,
  interchangeable: readonly number[],
): { readonly orbits: number; readonly states: number } {
  const exploration = new Exploration<N>(options)
  exploration.advance(Number.POSITIVE_INFINITY)
  const { setting, space } = exploration.graph()
  const { nodeClass, nodes, world, commands } = setting
  const layout = layoutOf(setting)
  const commandType = nodeClass.schema.command as Type<unknown>
  const messageType = nodeClass.schema.message as Type<unknown>
  const recordType = nodeClass.schema.record as Type<unknown>
  const renamings = permutationsOf(interchangeable, options.nodes)

  const fieldsText = (node: N, renaming: readonly number[]): string => {
    const fields: FieldObject = {}
    nodeClass.state.copyInto(node as unknown as FieldObject, fields)
    Object.assign(fields, nodeClass.state.renamed(fields, renaming))
    const writer = new Writer()
    nodeClass.state.write(writer, fields)
    return toHex(writer.finish())
  }
  const envelopeText = (place: number, renaming: readonly number[]): string => {
    const { envelopes } = world
    const from = renaming[envelopes.from(place)]
    const to = renaming[envelopes.to(place)]
    const message = messageType.rename(envelopes.message(place), renaming)
    return `${from}>${to} ${toHex(encode(messageType, message))}`
  }
  const nodeText = (node: ExploredNode<N>, local: number, renaming: readonly number[]): string => {
    const { state, fields, disk, application } = node.parts(local)
    return JSON.stringify({
      ...state,
      fields: fields ? fieldsText(fields, renaming) : 'down',
      disk: fieldsText(disk, renaming),
      application: toHex(application.base) + application.commands.map(toHex).join(),
      unsynced: state.unsynced.map((place) =>
        toHex(encode(recordType, recordType.rename(world.record(place), renaming))),
      ),
      outbox: state.outbox
        .map(({ kind, place, behind }) => {
          const reply = () => JSON.stringify(world.replies.at(place))
          return `${kind} ${kind === 'message' ? envelopeText(place, renaming) : reply()} ${behind}`
        })
        .sort(),
    })
  }
  const stateText = (state: number, renaming: readonly number[]): string => {
    const own: string[] = []
    for (const [place, node] of nodes.entries()) {
      own[renaming[place] as number] = nodeText(node, space.local(state, place), renaming)
    }
    const inFlight = space.inFlight(state).map((place) => envelopeText(place, renaming))
    const start = space.states.start(state)
    const words = space.states.wordsOf(state)
    const used = words.slice(start + layout.budgetWords, start + layout.commandWord)
    const bits = commands.length > 0 ? (words[start + layout.commandWord] as number) : 0
    const put = commands.flatMap(({ command, node }, place) => {
      if ((bits & (1 << place)) === 0) return []
      const text = toHex(encode(commandType, commandType.rename(command, renaming)))
      return [`${node === undefined ? 'anybody' : renaming[node]} ${text}`]
    })
    return JSON.stringify([own, [...used], put.sort(), inFlight.sort()])
  }

  const orbits = new Set<string>()
  for (let state = 0; state < space.states.count; state += 1) {
    const texts = renamings.map((renaming) => stateText(state, renaming))
    orbits.add(texts.sort()[0] as string)
  }
  return { orbits: orbits.size, states: space.states.count }
}
