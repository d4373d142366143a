import { show } from '../../codec/error.js'
import { NetlinkError } from '../../message/index.js'
import { type LinkMessage, MACVLAN_MODE, RTEXT_FILTER } from '../../route/index.js'
import { type Operation, read } from '../run/operation.js'
import { type Accepted, integers } from '../values/accepted.js'
import type { LinkKey } from '../values/link-ref.js'
import { dataToWire } from './data.js'
import type { AnyLinkChange, AnyNewLink } from './types.js'

/** BR_MIN_FORWARD_DELAY to BR_MAX_FORWARD_DELAY, net/bridge/br_private_stp.h: while STP is on */
const FORWARD_DELAY = integers(200, 3000)

/** An option that the kernel may have refused, and the values that this link accepts. */
interface Suspect {
  readonly option: string
  readonly value: unknown
  readonly accepted: Accepted
}

/** The options of a change or of a new link. */
type NewOrChanged = AnyLinkChange & Pick<AnyNewLink, 'index'>

const bytesOf = (address: string) => address.split(':').length

/**
 * Returns the options of a change that the kernel may have refused without naming them: those whose accepted values depend on the
 * link. `current` is the link before the change, or undefined for a new one.
 */
function suspects({ mtu, address, kind, data, slaveData }: AnyLinkChange, current: LinkMessage | undefined): Suspect[] {
  const { minMtu = 0, maxMtu, address: own } = current?.attrs ?? {}
  const before = (current?.attrs.linkinfo?.data ?? {}) as Record<string, unknown>
  const { forwardDelay, macaddrMode, macaddr, mode = before.mode } = dataToWire(kind, data) ?? {}
  const length = own === undefined ? undefined : bytesOf(own)
  const isOfLength: Accepted = {
    allowed: `an address of ${length} bytes, like ${own}`,
    fits: (text) => typeof text === 'string' && bytesOf(text) === length,
  }
  const { backupPort } = (slaveData ?? {}) as Record<string, unknown>
  // For a link that is not a port at all the kernel returns ENOENT.
  const isOtherPort: Accepted = { allowed: 'another port of the same bridge', fits: () => false }
  const needsSource: Accepted = {
    allowed: 'given with mode source only, and with macaddr to add or delete one',
    fits: () => mode === MACVLAN_MODE.SOURCE && (macaddr !== undefined || Number(macaddrMode) > 1),
  }
  return [
    ...(backupPort === undefined ? [] : [{ option: 'slaveData.backupPort', value: backupPort, accepted: isOtherPort }]),
    ...(macaddrMode === undefined ? [] : [{ option: 'data.macaddrMode', value: macaddrMode, accepted: needsSource }]),
    ...(mtu === undefined || current === undefined
      ? []
      : [{ option: 'mtu', value: mtu, accepted: integers(minMtu, maxMtu || 0x7fffffff) }]),
    ...(address === undefined || !length ? [] : [{ option: 'address', value: address, accepted: isOfLength }]),
    ...(forwardDelay === undefined
      ? []
      : [{ option: 'data.forwardDelay', value: forwardDelay, accepted: FORWARD_DELAY }]),
  ]
}

/**
 * Returns the error with the reason for EEXIST that the kernel does not report: the index of a new link is taken, or a link that was
 * moved to another namespace could not be renamed there.
 */
function* explainExisting(
  error: NetlinkError,
  key: LinkKey | undefined,
  changes: NewOrChanged,
): Operation<NetlinkError> {
  const { request, errno, kernelMessage = 'the name is taken' } = error
  const { index, netns } = changes
  if (key === undefined) {
    const taken = index === undefined || netns !== undefined ? undefined : yield* currentLink({ index })
    const explanation = `index ${index} is taken by ${show(taken?.attrs.ifname)}`
    return taken ? new NetlinkError({ request, errno, attribute: 'index', explanation }, { cause: error }) : error
  }
  if (netns === undefined || (yield* currentLink(key))) return error
  const explanation = `${kernelMessage}; the link is in the other namespace now, under its previous name`
  return new NetlinkError({ request, errno, attribute: 'name', explanation }, { cause: error })
}

/** Reads a link whose change was refused; undefined if that fails too. */
function* currentLink(key: LinkKey): Operation<LinkMessage | undefined> {
  try {
    const attrs = { ...key.attrs, extMask: RTEXT_FILTER.SKIP_STATS }
    const [link] = yield* read('RTM_GETLINK', { ...key, attrs })
    return link
  } catch {
    return undefined
  }
}

/**
 * Returns the error to throw for a refused request. If the kernel does not report which option is wrong and the library finds it,
 * the error names the option, its accepted values and the given one. `key` is undefined for a new link.
 */
export function* explainRefusal(error: unknown, key: LinkKey | undefined, changes: NewOrChanged): Operation<unknown> {
  if (!(error instanceof NetlinkError) || error.request !== 'RTM_NEWLINK') return error
  const { errno, code, kernelMessage, request } = error
  if (code === 'EEXIST') return yield* explainExisting(error, key, changes)
  if (!['EINVAL', 'ERANGE'].includes(code) || (kernelMessage !== undefined && !/mtu/i.test(kernelMessage))) return error
  const explained = (attribute: string, explanation: string) =>
    new NetlinkError({ request, errno, attribute, explanation }, { cause: error })
  const current = key && (yield* currentLink(key))
  const suspect = suspects(changes, current).find(({ value, accepted }) => !accepted.fits(value))
  const { master, mtu } = changes
  const hasMaster = kernelMessage === undefined && typeof master === 'number' && master !== 0
  if (hasMaster && !(yield* currentLink({ index: master }))) return explained('master', `no link ${master}`)
  if (suspect) {
    const { option, value, accepted } = suspect
    return explained(option, `expected ${option} to be ${accepted.allowed}, got ${value}`)
  }
  if (kernelMessage === undefined || mtu === undefined) return error
  return explained('mtu', `${kernelMessage}, got ${mtu}`)
}
