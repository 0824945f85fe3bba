import type { NodeId } from '../../model/index.ts'
import type { VectorClocks } from './vector-clocks.ts'

/** What is happening now, in one plain sentence. */
export function narrateVectorClocks(nodes: ReadonlyMap<NodeId, VectorClocks>): string {
  if (nodes.size === 0) return 'Every process is down.'
  let events = 0
  let received = 0
  let concurrent = 0
  for (const node of nodes.values()) {
    events += node.events
    received += node.receivedBefore + node.receivedAfter + node.receivedConcurrent
    concurrent += node.receivedConcurrent
  }
  if (events === 0) return 'No event has happened yet: every vector is zero.'
  const had = `The processes have had ${events} ${events === 1 ? 'event' : 'events'}`
  if (received === 0) return `${had}, and no message has arrived: each knows of its own alone.`
  const messages = received === 1 ? 'the one message' : `${received} messages`
  return `${had}, and of ${messages} that arrived, ${concurrent} told of something concurrent with what the receiver had done last.`
}
