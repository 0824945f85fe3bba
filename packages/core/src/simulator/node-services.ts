import type { Digest, NodeId, Signature } from '../model/index.ts'
import { sha256 } from '../model/sha256.ts'
import { Occupation } from './occupation.ts'
import type { World } from './world.ts'

/** What a simulated node is given beside messages, timers and a disk: signatures, hashes and proof of work, which take it time. */
export abstract class NodeServices {
  readonly self: NodeId
  readonly occupation: Occupation
  protected readonly world: World

  constructor(world: World, self: NodeId, place: number) {
    this.world = world
    this.self = self
    this.occupation = new Occupation(world, place)
  }

  sign(bytes: Uint8Array): Signature {
    this.occupation.spend(this.world.options.costs.signMicros)
    return this.world.signatures.sign(this.self, bytes)
  }

  verify(node: NodeId, bytes: Uint8Array, signature: Signature): boolean {
    this.occupation.spend(this.world.options.costs.verifyMicros)
    return this.world.signatures.verify(node, bytes, signature)
  }

  hash(bytes: Uint8Array): Digest {
    this.occupation.spend(this.world.options.costs.hashMicros)
    return sha256(bytes)
  }

  mine(nBits: number): void {
    this.world.mining.mine(this.self, nBits)
  }

  stopMining(): void {
    this.world.mining.stop(this.self)
  }

  verifyWork(id: string, nBits: number): boolean {
    return this.world.mining.verifyWork(id, nBits)
  }
}
