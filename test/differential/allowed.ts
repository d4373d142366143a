import { isDeepStrictEqual } from 'node:util'
import type { Difference } from './differences.js'
import type { Scenario } from './scenario.js'
import type { Observation } from './twin.js'

/** A step of a scenario, and what each plugin made of it. */
export interface Pair {
  readonly scenario: Scenario
  readonly upstream: Observation
  readonly ours: Observation
  /** Ours before the step. */
  readonly before: Observation
  /** Whether anything but the plugins has changed the namespace since ADD. */
  readonly touched: boolean
}

/** A difference that is meant. */
export interface Allowed {
  readonly reason: string
  matches(difference: Difference, pair: Pair): boolean
  /** From here on the twins live in different worlds: nothing more is compared. */
  readonly parts?: true
  /** It is a matter of time whether the difference shows. */
  readonly sometimes?: true
}

const isCommand = ({ ours }: Pair, ...commands: string[]) => commands.includes(ours.step.command)
const succeeded = ({ exitCode }: Observation) => exitCode === 0
const bothFail = ({ upstream, ours }: Pair) => !succeeded(upstream) && !succeeded(ours)
const onlyWeFail = ({ upstream, ours }: Pair) => succeeded(upstream) && !succeeded(ours)
const onlyUpstreamFails = ({ upstream, ours }: Pair) => !succeeded(upstream) && succeeded(ours)
const codeOf = ({ error }: Observation) => (error as { code?: number } | null)?.code
const messageOf = ({ error }: Observation) => (error as { msg?: string } | null)?.msg ?? ''

/** We changed nothing, and what IPAM gave was given back. */
const leftAsItWas = ({ ours, before }: Pair) =>
  isDeepStrictEqual(ours.state, before.state) &&
  isDeepStrictEqual(ours.reservations, before.reservations) &&
  (ours.asked.length === before.asked.length || ours.asked.at(-1) === 'DEL')

/** The value of a key, in whatever case it was written. */
const keyValue = ({ scenario: { keys } }: Pair, name: string) =>
  Object.entries(keys).findLast(([key, value]) => key.toLowerCase() === name.toLowerCase() && value !== null)?.[1]

/** The routes that IPAM gives. */
function routesOf({ scenario: { ipam } }: Pair): readonly Record<string, unknown>[] {
  const routes = ipam.kind === 'static' ? ipam.routes : ipam.kind === 'fake' ? Object(ipam.result).routes : []
  return routes ?? []
}

const ownsBoth = (pair: Pair) => keyValue(pair, 'owner') !== undefined && keyValue(pair, 'group') !== undefined

/** Every difference from upstream that is meant, and why. Rows further down count only where none above matches. */
export const allowed: readonly Allowed[] = [
  {
    reason: 'the specification lists cniVersion in an error object',
    matches: ({ place, upstream }, pair) => bothFail(pair) && place === 'error.cniVersion' && upstream === undefined,
  },
  {
    reason: 'upstream says 999 where there is a code',
    matches: ({ place, upstream }, pair) => bothFail(pair) && place === 'error.code' && upstream === 999,
  },
  {
    reason: 'under 999 upstream tells what a library of Go says',
    matches: ({ place }, pair) =>
      bothFail(pair) &&
      codeOf(pair.upstream) === 999 &&
      ['error.msg', 'error.details'].includes(place) &&
      messageOf(pair.ours) !== '',
  },
  {
    reason: 'the words of Go’s number parser about a malformed version',
    matches: ({ place, upstream, ours }) =>
      place === 'error.msg' &&
      /^failed to convert (major|minor|micro) version part/.test(String(ours)) &&
      String(upstream).split(': ')[0] === String(ours).split(': ')[0],
  },
  {
    reason: 'the words of Go’s JSON decoder about a value of another type',
    matches: ({ place, upstream, ours }) =>
      place === 'error.msg' && [upstream, ours].every((text) => /json: cannot unmarshal /.test(String(text))),
  },
  {
    reason: '1.1.0 knows the mtu of an interface',
    matches: ({ place, upstream, ours }, { scenario }) =>
      /^result\.interfaces\.\d+\.mtu$/.test(place) &&
      scenario.cniVersion === '1.1.0' &&
      upstream === undefined &&
      typeof ours === 'number',
  },
  {
    reason: 'the alias says whose the device is',
    matches: ({ place, upstream, ours }) =>
      /^state\.links\..+\.alias$/.test(place) && upstream === undefined && /^netloom\//.test(String(ours)),
  },
  {
    reason: 'a guest does not configure the pod: its router advertisements and redirects are ignored',
    matches: ({ place, upstream, ours }) =>
      /^state\.sysctls\..+\/accept_(ra|redirects)$/.test(place) && upstream !== '0' && ours === '0',
  },
  {
    reason: 'what IPAM says of name resolution is kept',
    matches: ({ place, upstream }, pair) =>
      /^result\.dns/.test(place) && upstream === undefined && Object.keys(Object(keyValue(pair, 'dns'))).length === 0,
  },
  {
    sometimes: true,
    reason: 'link-local addresses come with a carrier, when it comes',
    matches: ({ place }) => place.startsWith('state.') && place.includes('<link-local>'),
  },
  {
    reason:
      'pi and vnet_hdr are whoever’s attaches last; with owner and group upstream makes the device with another tool',
    matches: ({ place }, pair) => /^state\.links\..+\.queues\.(pi|vnetHdr)$/.test(place) && ownsBoth(pair),
  },
  {
    reason: 'with owner and group upstream forgets mac and mtu',
    matches: ({ place }, pair) =>
      /^(result\.interfaces\.0\.mac|state\.links\..+\.(address|mtu))$/.test(place) && ownsBoth(pair),
  },
  {
    reason: 'mtu and advmss of a route are applied',
    matches: ({ place, upstream }, pair) =>
      /^state\.routes\..+\.metrics/.test(place) &&
      upstream === undefined &&
      routesOf(pair).some(({ mtu, advmss }) => mtu !== undefined || advmss !== undefined),
  },

  {
    parts: true,
    reason: 'the previous result is extended; upstream forgets it',
    matches: ({ place }, pair) =>
      isCommand(pair, 'ADD') &&
      succeeded(pair.upstream) &&
      succeeded(pair.ours) &&
      place.startsWith('result.') &&
      hasPrevious(pair),
  },
  {
    parts: true,
    reason: 'a previous result that cannot be read is an error; upstream’s ADD does not look at it',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') &&
      onlyWeFail(pair) &&
      /^could not parse prevResult: /.test(messageOf(pair.ours)) &&
      leftAsItWas(pair),
  },
  {
    parts: true,
    reason: 'two routes that differ in mtu or advmss alone are two; upstream, which applies neither, makes one twice',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') &&
      onlyUpstreamFails(pair) &&
      /^failed to add route .*: file exists$/.test(messageOf(pair.upstream)) &&
      routesOf(pair).some(({ mtu, advmss }) => mtu !== undefined || advmss !== undefined),
  },
  {
    parts: true,
    reason: 'a name that exists is an error; upstream takes the device for its own',
    matches: (_, pair) => isCommand(pair, 'ADD') && codeOf(pair.ours) === 100 && leftAsItWas(pair),
  },
  {
    parts: true,
    reason: 'an ADD that fails leaves nothing; upstream leaves the tap, or what it had reserved',
    matches: ({ place }, pair) =>
      isCommand(pair, 'ADD') && bothFail(pair) && /^(state|reservations|asked)\b/.test(place) && leftAsItWas(pair),
  },
  {
    parts: true,
    reason: 'the ID that means none is refused; to upstream it is as absent',
    matches: (_, pair) =>
      onlyWeFail(pair) && /^invalid (owner|group) 4294967295: /.test(messageOf(pair.ours)) && leftAsItWas(pair),
  },
  {
    parts: true,
    reason: 'with owner and group upstream does not even look at mac and mtu',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') &&
      onlyWeFail(pair) &&
      ownsBoth(pair) &&
      /^invalid (mac|MAC|mtu|runtimeConfig) /.test(messageOf(pair.ours)) &&
      leftAsItWas(pair),
  },
  {
    reason: 'STATUS refuses a configuration that ADD would refuse',
    matches: (_, pair) => isCommand(pair, 'STATUS') && onlyWeFail(pair) && codeOf(pair.ours) === 7,
  },
  {
    parts: true,
    reason: 'a route on the link gets no gateway; the kernel refuses the one that upstream gives it',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') && onlyUpstreamFails(pair) && routesOf(pair).some(({ scope }) => Number(scope) >= 253),
  },
  {
    parts: true,
    reason: 'the gateway of a /32 is on the link',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') && onlyUpstreamFails(pair) && JSON.stringify(pair.scenario.ipam).includes('169.254.1.1'),
  },
  {
    reason: 'CHECK looks at the device, and finds what has happened to it',
    matches: (_, pair) => isCommand(pair, 'CHECK') && onlyWeFail(pair) && codeOf(pair.ours) === 102 && pair.touched,
  },
  {
    reason: 'CHECK looks for a route in its table',
    matches: (_, pair) =>
      isCommand(pair, 'CHECK') && onlyUpstreamFails(pair) && routesOf(pair).some(({ table }) => Boolean(table)),
  },
  {
    reason: 'CHECK looks for no route to the network of an address that has none',
    matches: (_, pair) =>
      isCommand(pair, 'CHECK') &&
      onlyUpstreamFails(pair) &&
      /^Failed to find Gateway /.test(messageOf(pair.upstream)) &&
      JSON.stringify(pair.scenario.ipam).includes('/32'),
  },
  {
    reason: 'STATUS looks at no previous result',
    matches: (_, pair) =>
      isCommand(pair, 'STATUS') && onlyUpstreamFails(pair) && /NetConf\.prevResult/.test(messageOf(pair.upstream)),
  },
  {
    parts: true,
    reason: 'DEL looks at no key that only ADD needs, nor at CNI_ARGS',
    matches: (_, pair) =>
      isCommand(pair, 'DEL') &&
      onlyUpstreamFails(pair) &&
      /^(failed to load netconf: |ARGS: )/.test(messageOf(pair.upstream)),
  },
  {
    parts: true,
    reason: 'DEL removes the tap also where IPAM fails',
    matches: ({ place, ours }, pair) =>
      isCommand(pair, 'DEL') && bothFail(pair) && place.startsWith('state.') && ours === undefined,
  },
  {
    parts: true,
    reason: 'DEL removes nothing but taps; upstream removes, or tries to, whatever is called so',
    matches: ({ place }, pair) =>
      isCommand(pair, 'DEL') && /^(state|exitCode|error)\b/.test(place) && succeeded(pair.ours) && hasForeign(pair),
  },
  {
    parts: true,
    reason: 'GC collects, and has IPAM collect; upstream does nothing',
    matches: ({ place }, pair) =>
      isCommand(pair, 'GC') && /^(state|reservations|asked)\b/.test(place) && succeeded(pair.ours),
  },
]

const hasPrevious = (pair: Pair) => Array.isArray(Object(keyValue(pair, 'prevResult')).interfaces)

/** There is a device of the name that is no tap. */
function hasForeign({ ours, scenario }: Pair): boolean {
  const link = ours.state.links[scenario.ifname] as { kind?: string } | undefined
  return link !== undefined && link.kind !== 'tun'
}

export const reasonFor = (difference: Difference, pair: Pair): Allowed | undefined =>
  allowed.find((row) => row.matches(difference, pair))
