import { isSignedByClient, Request } from '../../machines/signed-request.ts'
import { equalBytes, type RequestId } from '../../model/index.ts'
import { TendermintApplication } from './application.ts'
import { Block, type TendermintCommand } from './tendermint.messages.ts'

/** Values: what clients ask for, what a proposer makes of it, and which values are valid. */
export abstract class TendermintBlocks extends TendermintApplication {
  /** Takes in what a client asks. Returns true where there is something new to commit. */
  pooled({ body, signature }: TendermintCommand, asked: RequestId): boolean {
    const session = this.sessions.get(asked.client)
    if (session !== undefined && asked.sequence <= session.sequence) {
      if (asked.sequence === session.sequence) this.done(asked, session.result)
      return false
    }
    const known = this.pool.get(asked.client)
    if (known !== undefined && known.request.sequence >= asked.sequence) return false
    const request = Request({ client: asked.client, sequence: asked.sequence, body, signature })
    if (!isSignedByClient(this.host, request)) {
      this.refuse(asked, 'not signed by the client')
      return false
    }
    if (this.pool.size >= this.parameters.maxPendingRequests) {
      this.refuse(asked, 'too many in flight')
      return false
    }
    this.arrivals += 1
    this.pool.set(asked.client, { request, arrival: this.arrivals })
    return true
  }

  /** The paper's getValue(): a block of the requests that wait, oldest first. */
  getValue(): Block {
    const waiting = [...this.pool.values()].sort((left, right) => left.arrival - right.arrival)
    return Block({
      height: this.height,
      previous: this.lastBlock,
      stateHash: this.stateHash,
      requests: waiting.slice(0, this.parameters.maxRequestsPerBlock).map(({ request }) => request),
    })
  }

  /**
   * The paper's valid(v): the block is the next one, and holds nothing but what clients asked for. It
   * may hold a request that was committed before, which does nothing a second time.
   */
  valid(block: Block): boolean {
    return (
      block.height === this.height &&
      equalBytes(block.previous, this.lastBlock) &&
      equalBytes(block.stateHash, this.stateHash) &&
      block.requests.length <= this.parameters.maxRequestsPerBlock &&
      block.requests.every((request) => this.isAuthentic(request))
    )
  }

  /** What came from the client itself was verified then. */
  isAuthentic(request: Request): boolean {
    const known = this.pool.get(request.client)
    return (
      (known !== undefined && Request.equal(known.request, request)) ||
      isSignedByClient(this.host, request)
    )
  }
}
