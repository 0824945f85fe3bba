import {
  type AnyNode,
  encode,
  type FieldObject,
  type Type,
  toHex,
  Writer,
} from '../../model/index.ts'
import type { ExploredNode } from '../explored-node.ts'
import type { Setting } from '../options.ts'
import { layoutOf } from '../state-layout.ts'
import type { StateSpace } from '../state-space.ts'

/**
 * What writes the states of a world out as text that says all of them, whatever the order in which
 * they were found: with other numbers for nodes, where a renaming is given. Shares with the explorer's
 * own reductions no more than the schema's renaming.
 */
export function stateTexts<N extends AnyNode>(
  setting: Setting<N>,
  space: StateSpace<N>,
): (state: number, renaming?: readonly number[]) => string {
  const { nodeClass, nodes, world, commands, histories } = setting
  const layout = layoutOf(setting)
  const commandType = nodeClass.schema.command as Type<unknown>
  const messageType = nodeClass.schema.message as Type<unknown>
  const recordType = nodeClass.schema.record as Type<unknown>
  const themselves = world.nodes

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
  return (state, renaming = themselves) => {
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
    const history = space.history(state)
    const changes = histories && renaming !== themselves
    const said = changes ? histories.renamed(history, renaming) : history
    const heard = histories ? JSON.stringify(histories.at(said)) : ''
    return JSON.stringify([own, [...used], put.sort(), inFlight.sort(), heard])
  }
}
