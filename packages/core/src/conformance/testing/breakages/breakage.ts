import type { AnyNode, AnyNodeClass, Host } from '../../../model/index.ts'
import type { HostUnderTest, Setting } from '../host-under-test.ts'
import { simulatedHost } from '../simulated-host.ts'

export type AnyHost = Host<unknown, unknown, string>

/** A host broken on purpose: it shows that the suite can see. */
export interface Breakage {
  /** What is wrong. */
  readonly name: string
  /** The tests that must see it, by their names. */
  readonly seenBy: readonly string[]
  readonly host: HostUnderTest
}

/** The simulator, running another class than it was given, or with another setting. */
export function simulatorWith(
  classOf: (nodeClass: AnyNodeClass) => AnyNodeClass,
  settingOf: (setting: Setting) => Setting = (setting) => setting,
): HostUnderTest {
  return {
    ...simulatedHost,
    start: (nodeClass, setting, audience) =>
      simulatedHost.start(classOf(nodeClass), settingOf(setting), audience),
  }
}

/** A host some of whose answers are others. */
export function altered(host: AnyHost, changes: Partial<AnyHost>): AnyHost {
  return new Proxy(host, {
    get(target, name) {
      const value: unknown = Reflect.get(Object.hasOwn(changes, name) ? changes : target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The simulator with a host altered for each node; `changesOf` is asked once a life, and may look at the running node. */
export function alteredHost(
  changesOf: (host: AnyHost, running: () => AnyNode) => Partial<AnyHost>,
): HostUnderTest {
  return simulatorWith(
    (nodeClass) =>
      class extends nodeClass {
        constructor(host: AnyHost, parameters: never) {
          super(
            altered(
              host,
              changesOf(host, () => this as AnyNode),
            ),
            parameters,
          )
        }
      },
  )
}
