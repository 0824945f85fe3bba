import { type ChildProcess, execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const launcher = fileURLToPath(new URL('../../bin/quorate.js', import.meta.url))

export interface Result {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess
  readonly result: Promise<Result>
}

/** Starts the command as people do, in a process of its own, without what the test runner adds to the environment. */
export function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
  const env = { ...process.env }
  for (const name of ['NODE_OPTIONS', 'FORCE_COLOR', 'NO_COLOR', 'npm_command']) delete env[name]
  Object.assign(env, environment)
  let process_: ChildProcess | undefined
  const result = new Promise<Result>((resolve) => {
    const options = { env, maxBuffer: 1 << 28 }
    process_ = execFile(process.execPath, [launcher, ...args], options, (_, stdout, stderr) => {
      resolve({ exitCode: process_?.exitCode ?? null, stdout, stderr })
    })
  })
  return { process: process_ as ChildProcess, result }
}

export function quorate(...args: readonly string[]): Promise<Result> {
  return start(args).result
}

/** What the command printed as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to find.
export async function quorateJson(...args: readonly string[]): Promise<any> {
  const { stdout, stderr } = await quorate(...args, '--json')
  if (stderr !== '') throw new Error(stderr)
  return JSON.parse(stdout)
}

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
