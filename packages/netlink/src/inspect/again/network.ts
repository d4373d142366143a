import { familyName, networkText } from '../../api/values/ip-text.js'
import { AF } from '../../codec/index.js'

/** True for AF_INET and AF_INET6. */
export const isIp = (family: unknown): family is number => family === AF.INET || family === AF.INET6

/** Returns a network as iproute2 prints it: `default`, `10.9.0.0/16`, a host without its length. */
export const networkOf = (address: unknown, length: number, family: number): string =>
  networkText(typeof address === 'string' ? address : undefined, length, familyName(family))
