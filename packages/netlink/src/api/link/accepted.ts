import { isRecord } from '../../codec/error.js'
import { isInterfaceName } from '../../codec/index.js'
import { isNetns, NETNS } from '../../socket/netns.js'
import { type Accepted, BOOLEAN, checkOptions, integers, shortText, U32 } from '../values/accepted.js'
import { ALT_NAME_LENGTH } from '../values/link-ref.js'
import { isLinkLayerAddress } from '../values/normalize.js'

type Table = Readonly<Record<string, Accepted>>

const NAME: Accepted = {
  allowed: `1 to 15 bytes without '/', ':' and white space, neither '.' nor '..', with one '%d' at most`,
  fits: (name) => isInterfaceName(name as string) && /^[^%]*(%d[^%]*)?$/.test(name as string),
}
/** IFALIASZ without the NUL, linux/if.h */
const LONGEST_ALIAS = shortText(255)
const ALIAS: Accepted = {
  allowed: 'a text of up to 255 bytes',
  fits: (alias) => alias === '' || LONGEST_ALIAS.fits(alias),
}
const ALT_NAME = shortText(ALT_NAME_LENGTH)
const ALT_NAMES: Accepted = {
  allowed: `a list of names of 1 to ${ALT_NAME_LENGTH} bytes`,
  fits: (names) => Array.isArray(names) && names.every(ALT_NAME.fits),
}
/** IFLA_INFO_KIND: MODULE_NAME_LEN without the NUL, linux/module.h. The kernel truncates longer ones. */
export const KIND: Accepted = { allowed: 'the name of a kind', fits: shortText(55).fits }
const FLAGS: Accepted = { allowed: 'an object like { PROMISC: true }', fits: isRecord }
/** The bits of IFLA_PROTO_DOWN_REASON_VALUE. */
const REASON = integers(0, 31)
const REASONS: Accepted = {
  allowed: 'a list of integers from 0 to 31',
  fits: (value) => Array.isArray(value) && value.every(REASON.fits),
}
const PEER: Accepted = { allowed: 'an object, the other end of a pair', fits: isRecord }
const HARDWARE: Accepted = {
  allowed: 'a link-layer address',
  fits: isLinkLayerAddress,
}

/** Values of the options that do not depend on the kind of a link. */
const settings: Table = {
  ...{ name: NAME, address: HARDWARE, broadcast: HARDWARE, alias: ALIAS, altNames: ALT_NAMES },
  ...{ up: BOOLEAN, flags: FLAGS, netns: { allowed: NETNS, fits: isNetns }, peer: PEER },
  ...{
    kind: KIND,
    slaveKind: KIND,
    protoDown: BOOLEAN,
    protoDownReasons: REASONS,
    index: integers(1, 0x7fffffff),
    mtu: U32,
    txqlen: U32,
  },
  ...{ gsoMaxSize: U32, gsoMaxSegs: U32, groMaxSize: U32, gsoIpv4MaxSize: U32, groIpv4MaxSize: U32 },
  linkNetnsid: integers(0, 0x7fffffff),
  ...{ numTxQueues: integers(1, 4096), numRxQueues: integers(1, 4096) },
}

/** Checks the options of a link that do not depend on its kind. @throws {TypeError} */
export const checkSettings = (what: string, given: object) =>
  checkOptions(given, settings, what === 'peer' ? 'peer.' : '')
