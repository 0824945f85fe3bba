import { crash, type LocalEvent, localEvent, mine, restart, sync, timeout } from './local-event.ts'
import { type LocalState, none, unarmed } from './local-state.ts'

/** What can happen to a node in this state, bounds aside, without a message or a client. */
export function ownEventsOf(state: LocalState): LocalEvent[] {
  if (state.fields === none) return [localEvent(restart, 0)]
  const events: LocalEvent[] = []
  for (const [timer, deadline] of state.deadlines.entries()) {
    if (deadline !== unarmed) events.push(localEvent(timeout, timer))
  }
  if (state.mining !== none) events.push(localEvent(mine, 0))
  if (state.unsynced.length > 0) events.push(localEvent(sync, 0))
  for (let survivors = 0; survivors <= state.unsynced.length; survivors += 1) {
    events.push(localEvent(crash, survivors))
  }
  return events
}
