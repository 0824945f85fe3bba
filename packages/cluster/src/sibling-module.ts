import { extname } from 'node:path'

/** Where a module beside the calling one is: TypeScript in a checkout, JavaScript once built. */
export function siblingModule(callerUrl: string, name: string): URL {
  return new URL(`./${name}${extname(new URL(callerUrl).pathname)}`, callerUrl)
}
