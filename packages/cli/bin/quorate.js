#!/usr/bin/env node
// Starts the command, in a checkout from its TypeScript sources and once installed from dist/.
// Plain JavaScript that an old Node.js understands too, so that it can say what it needs.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST_NODE = [22, 18]
const SOURCES = '--conditions=quorate-source'

// What Node.js makes of the modules is kept among the temporary files: a start takes half the time.
module.enableCompileCache?.()

const source = fileURLToPath(new URL('../src/main.ts', import.meta.url))

if (isTooOld(process.versions.node)) {
  const newerNode = nodeOfCheckout()
  if (newerNode === undefined) {
    process.stderr.write(
      `quorate: this is Node.js ${process.versions.node}; quorate needs ${OLDEST_NODE.join('.')} or newer\n`,
    )
    process.exit(2)
  }
  startAgain(newerNode, [])
} else if (!existsSync(source)) {
  await import('../dist/main.js')
} else if (canImportSources()) {
  await import(pathToFileURL(source).href)
} else {
  startAgain(process.execPath, [SOURCES])
}

function isTooOld(version) {
  const [major, minor] = version.split('.').map(Number)
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
}

/**
 * Makes the packages' "quorate-source" exports, which lead to their sources instead of dist/, count
 * in this process. Early versions of Node.js 22 and 24 ignore such a hook.
 *
 * The hook reaches this thread only. A worker thread or a child process that imports the sources
 * takes `execArgv: process.execArgv`, which is why the condition is added there as well.
 */
function canImportSources() {
  if (!process.execArgv.includes(SOURCES)) {
    const condition = SOURCES.slice('--conditions='.length)
    module.registerHooks({
      resolve: (specifier, context, nextResolve) =>
        nextResolve(specifier, { ...context, conditions: [...context.conditions, condition] }),
    })
    process.execArgv.push(SOURCES)
  }
  return import.meta.resolve('@quorate/core').endsWith('.ts')
}

/** The binary of the `node` package among the checkout's dependencies, if it is installed. */
function nodeOfCheckout() {
  try {
    const require = createRequire(import.meta.url)
    if (isTooOld(require('node/package.json').version)) return undefined
    const folder = join(dirname(require.resolve('node/package.json')), 'bin')
    return [join(folder, 'node'), join(folder, 'node.exe')].find(existsSync)
  } catch {
    return undefined
  }
}

/** Runs this command in another process, to which it passes its signals and whose end it shares. */
function startAgain(node, options) {
  const child = spawn(node, [...options, ...process.argv.slice(1)], {
    stdio: 'inherit',
  })
  // A terminal sends its signals to both processes; whoever sends one otherwise means the child.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of ['SIGINT', 'SIGHUP']) {
    process.on(signal, () => atTerminal || child.kill(signal))
  }
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('error', (error) => {
    process.stderr.write(`quorate: cannot start ${node}: ${error.message}\n`)
    process.exit(70)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
