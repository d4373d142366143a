import { Attachment } from '../cni-tap/attachment.js'
import { callPlugin } from '../support/plugin.js'
import type { Ipam, Scenario, Step } from './scenario.js'
import { type State, stateOf } from './state.js'

/** Result of one step. */
export interface Observation {
  readonly step: Step
  readonly exitCode: number | null
  /** The JSON on stdout if the exit code is 0. */
  readonly result: unknown
  /** The JSON on stdout if the exit code is not 0. */
  readonly error: unknown
  readonly state: State
  readonly reservations: readonly string[]
  /** Commands that the fake IPAM plugins have received so far. */
  readonly ipamCalls: readonly string[]
}

function ipamKeys(a: Attachment, ipam: Ipam): object {
  switch (ipam.kind) {
    case 'none':
      return {}
    case 'missing':
      return { ipam: { type: 'no-such-plugin' } }
    case 'failing':
      return a.fakeIpam('', { ADD: `echo '{"code":77,"msg":"m","details":"d"}'; exit 1` })
    case 'host-local':
      return a.hostLocal(...ipam.subnets)
    case 'static': {
      const { kind: type, ...keys } = ipam
      return { ipam: { type, ...keys } }
    }
    case 'fake':
      return a.fakeIpam(ipam.result)
  }
}

/** Matches MAC addresses chosen by the kernel, which are random. Scenarios set only addresses from 02:00:00:00:00:00. */
const chosenByKernel = /\b(?!02:00:00:00:)(?!00:00:00:00:00:00|ff:ff:ff:ff:ff:ff)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g

/** Matches link-local addresses, which are derived from the MAC address. */
const linkLocal = /\bfe80::[0-9a-f:]+\b/g

/** Replaces values that differ between twins: names of namespaces and folders, and the kernel's random choices. */
function comparable<T>(a: Attachment, value: T): T {
  const replaced = JSON.stringify(value)
    .replaceAll(a.namespace.path, '<netns>')
    .replaceAll(a.folder, '<folder>')
    .replaceAll(a.network, '<network>')
    .replace(chosenByKernel, '<mac>')
    .replace(linkLocal, '<link-local>')
    .replace(/\bveth[0-9a-f]{8}\b/g, '<leak>')
  return JSON.parse(replaced)
}

/** Runs a scenario with a plugin, in its own namespace. Returns the initial state and the result of each step. */
export function play(scenario: Scenario, program: readonly string[]): Observation[] {
  const a = new Attachment()
  try {
    a.namespace.exec('sh', ['-e', '-c', scenario.setup.join('\n')], { stdio: 'pipe' })
    const config = { name: a.network, type: 'tap', ...scenario.keys, ...ipamKeys(a, scenario.ipam) }
    const versioned = scenario.cniVersion === undefined ? config : { cniVersion: scenario.cniVersion, ...config }
    const look = () => ({
      state: stateOf(a.namespace.path),
      reservations: a.reservations().sort(),
      ipamCalls: a.ipamCalls,
    })
    let prevResult: unknown
    const observe = (step: Step): Observation => {
      if (step.before !== undefined) a.namespace.exec('sh', ['-c', `{ ${step.before}; } > /dev/null 2>&1 || true`])
      const more = step.command === 'CHECK' && prevResult !== undefined ? { prevResult } : gcKeys(step)
      const { ifname, args, containerId } = scenario
      const netns = scenario.netns === 'existing' ? a.namespace.path : '/run/netns/netloom-no-such-namespace'
      const call = a.call(step.command, { ...versioned, ...more }, { ifname, args, containerId, netns })
      const { exitCode, json } = callPlugin(call, program)
      if (step.command === 'ADD' && exitCode === 0) prevResult = json
      const outcome = exitCode === 0 ? { result: json ?? null, error: null } : { result: null, error: json ?? null }
      return comparable(a, { step, exitCode, ...outcome, ...look() })
    }
    const start = { step: { command: 'nothing' }, exitCode: 0, result: null, error: null, ...look() }
    return [comparable(a, start), ...scenario.steps.map(observe)]
  } finally {
    a[Symbol.dispose]()
  }
}

const gcKeys = ({ command }: Step) => (command === 'GC' ? { 'cni.dev/valid-attachments': [] } : {})
