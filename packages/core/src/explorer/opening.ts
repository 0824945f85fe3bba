import type { OpeningEvent } from '../model/check-world.ts'
import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import type { ExploredNode } from './explored-node.ts'
import {
  crash,
  type LocalEvent,
  localEvent,
  mine,
  propose,
  restart,
  timeout,
} from './local-event.ts'
import type { Setting } from './options.ts'

/** An event of an opening that is no delivery: it happens to one node. */
export type OwnOpeningEvent = Exclude<
  OpeningEvent,
  { readonly settle: unknown } | { readonly deliver: unknown } | { readonly lose: unknown }
>

/** An event of an opening, and the place of the node or copy that it happens to. */
export interface PlacedEvent {
  readonly place: number
  readonly event: LocalEvent
  /** The command that it puts. */
  readonly command: number | undefined
}

/**
 * @throws RangeError for what the world does not have
 */
export function placedEvent<N extends AnyNode>(
  setting: Setting<N>,
  opened: OwnOpeningEvent,
): PlacedEvent {
  const { twins, commands, world } = setting
  const placeOf = (node: NodeId | undefined, copy: 'first' | 'second' = 'first'): number => {
    if (node === undefined || !world.nodes.includes(node)) {
      throw new RangeError(`opening: node ${node}: must be 0 to ${world.nodes.length - 1}`)
    }
    return copy === 'second' ? twins.secondOf(node) : node
  }
  const placed = (place: number, event: LocalEvent, command?: number) => ({ place, event, command })
  if ('timeout' in opened) {
    const place = placeOf(opened.node, opened.copy)
    return placed(place, localEvent(timeout, world.timerPlace(opened.timeout)))
  }
  if ('mine' in opened) return placed(placeOf(opened.mine), localEvent(mine, 0))
  if ('crash' in opened) return placed(placeOf(opened.crash), localEvent(crash, 0))
  if ('restart' in opened) return placed(placeOf(opened.restart), localEvent(restart, 0))
  const asked = commands[opened.put]
  if (!asked) {
    throw new RangeError(`opening: command ${opened.put}: must be 0 to ${commands.length - 1}`)
  }
  const place = placeOf(opened.node ?? asked.node, asked.copy)
  return placed(place, localEvent(propose, opened.put), opened.put)
}

/** @throws RangeError for an event that cannot happen to the node in this state of its own */
export function checkPossible<N extends AnyNode>(
  node: ExploredNode<N>,
  local: number,
  { event, command }: PlacedEvent,
  opened: OpeningEvent,
): void {
  const possible = command === undefined ? node.ownEvents(local).includes(event) : node.isUp(local)
  if (!possible) throw new RangeError(`opening: cannot happen: ${JSON.stringify(opened)}`)
}
