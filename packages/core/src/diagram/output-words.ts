import { toHex } from '../model/hex.ts'
import type { Output, Reply } from '../model/output.ts'
import { hexText, type ReadBytes } from './view-words.ts'

/** What a node tells the world, as it stands after the node's name: `decides 02`. */
export function outputText(output: Output, read: ReadBytes = hexText): string {
  const bytesText = (bytes: Uint8Array) => read(toHex(bytes))
  switch (output.kind) {
    case 'decided':
      return `decides ${bytesText(output.value)}`
    case 'committed': {
      const { index, term, command, request } = output
      const whose = request ? ` of client ${request.client}` : ''
      const what = command.length === 0 ? '' : `: ${bytesText(command)}${whose}`
      return `commits entry ${index}, term ${term}${what}`
    }
    case 'restored':
      return `takes a snapshot up to entry ${output.index}, term ${output.term}`
    case 'mined':
      return `finds block ${hexEnd(output.block)} at height ${output.height}`
    case 'adopted': {
      const undone = output.disconnected === 0 ? '' : `, undoing ${output.disconnected}`
      return `adopts ${hexEnd(output.tip)} at height ${output.height}${undone}`
    }
  }
}

export function replyText({ request, outcome }: Reply): string {
  const whose = `client ${request.client}'s request ${request.sequence}`
  return `answers ${whose}: ${outcomeText(outcome)}`
}

/** `done`, or why not. */
export function outcomeText(outcome: Reply['outcome']): string {
  if (outcome.kind === 'refused') {
    return outcome.leader === undefined
      ? outcome.reason
      : `${outcome.reason}, ask node ${outcome.leader}`
  }
  return outcome.result.length === 0 ? 'done' : `done, ${hexText(toHex(outcome.result))}`
}

/** A block by the end of its hash, where it differs from others. */
function hexEnd(hash: string): string {
  return hash.slice(-8)
}
