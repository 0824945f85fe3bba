#!/usr/bin/env node
// Starts the command, in a checkout from its TypeScript sources and once installed from dist/.
// Plain JavaScript that an old Node.js understands too, so that it can say what it needs.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST_NODE = [22, 18]
const SOURCE_CONDITION = 'quorate-source'

const [major, minor] = process.versions.node.split('.').map(Number)
const tooOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])

if (tooOld) {
  startAgainWithNewerNode()
} else {
  await start()
}

async function start() {
  const source = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  if (!existsSync(source)) {
    await import('../dist/main.js')
    return
  }
  // The packages' "quorate-source" exports lead to their sources instead of dist/. The hook reaches
  // this thread only; a worker thread or a child process that imports the sources takes
  // `execArgv: process.execArgv`, which is why the condition is added there as well.
  module.registerHooks({
    resolve: (specifier, context, nextResolve) =>
      nextResolve(specifier, {
        ...context,
        conditions: [...context.conditions, SOURCE_CONDITION],
      }),
  })
  const flag = `--conditions=${SOURCE_CONDITION}`
  if (!process.execArgv.includes(flag)) process.execArgv.push(flag)
  await import(pathToFileURL(source).href)
}

/** Hands over to the `node` package of a checkout; without one, says what is needed. */
function startAgainWithNewerNode() {
  const newerNode = process.env.QUORATE_STARTED_AGAIN ? undefined : nodePackageBinary()
  if (newerNode === undefined) {
    process.stderr.write(
      `quorate: this is Node.js ${process.versions.node}; quorate needs ${OLDEST_NODE.join('.')} or newer\n`,
    )
    process.exit(2)
  }
  const child = spawn(newerNode, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, QUORATE_STARTED_AGAIN: '1' },
  })
  // A terminal sends its signals to both processes; whoever sends one otherwise means the child.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of ['SIGINT', 'SIGHUP']) {
    process.on(signal, () => atTerminal || child.kill(signal))
  }
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('error', (error) => {
    process.stderr.write(`quorate: cannot start ${newerNode}: ${error.message}\n`)
    process.exit(70)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function nodePackageBinary() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json')
    const folder = join(dirname(manifest), 'bin')
    return [join(folder, 'node'), join(folder, 'node.exe')].find(existsSync)
  } catch {
    return undefined
  }
}
