import type { AnyNode, NodeId } from '../../../model/index.ts'
import { alteredHost, type Breakage } from './breakage.ts'

/** Hosts that break duty 5: steps that are entered while another one is being taken. */
export const breakagesOfDuty5: readonly Breakage[] = [
  {
    name: 'tells that a record is durable while it is being persisted',
    seenBy: ['tells nothing of the disk inside a step'],
    host: alteredHost((host, running) => ({
      persist: (record) => {
        const position = host.persist(record)
        running().durable(position)
        return position
      },
    })),
  },
  {
    name: 'delivers messages on the spot',
    seenBy: ['delivers nothing inside a step'],
    host: (() => {
      const running = new Map<NodeId, () => AnyNode>()
      return alteredHost((host, node) => {
        running.set(host.self, node)
        return { sendEagerly: (to, message) => running.get(to)?.().receive(host.self, message) }
      })
    })(),
  },
  {
    name: 'fires a timer without delay at once',
    seenBy: ['lets no timer go off inside a step'],
    host: alteredHost((host, running) => ({
      setTimer: (timer, delay) =>
        delay === 0 ? running().timeout(timer) : host.setTimer(timer, delay),
    })),
  },
  {
    name: 'asks for the template while it is asked to mine',
    seenBy: ['finds no block inside a step'],
    host: alteredHost((host, running) => ({
      mine: (nBits) => {
        host.mine(nBits)
        running().template()
      },
    })),
  },
]
