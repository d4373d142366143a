import type { AddressMessage, Connection } from '@netloom/netlink'
import { IFA_F } from '@netloom/netlink/route'
import { CniError, ErrorCode, kernelCall } from '../cni/error.js'
import { AF_INET6 } from '../cni/prefix.js'
import { sleep } from '../system/sleep.js'

/** Milliseconds: a random second before the first probe, and one after each, as far as the sysctls leave it at that. */
const patience = 10_000
const interval = 25

const flagsOf = ({ flags, attrs }: AddressMessage) => attrs.flags ?? flags
const hasFlag = (address: AddressMessage, flag: number) => (flagsOf(address) & flag) !== 0

/**
 * Waits until duplicate address detection has come to an end for all IPv6 addresses of the device, which must be up and
 * have a carrier.
 * @throws {CniError} 103 where another node has one of them, 101 where the kernel comes to no end
 */
export function settleAddresses(nl: Connection, index: number): void {
  const until = performance.now() + patience
  for (;;) {
    const addresses = kernelCall('failed to list addresses', () =>
      nl.dumpSync('RTM_GETADDR', { family: AF_INET6, index }),
    ).filter((address) => address.index === index)
    const failed = addresses.find((address) => hasFlag(address, IFA_F.DADFAILED))
    if (failed !== undefined) throw failure(ErrorCode.ipamUnusable, failed, 'is in use by another node')
    const tentative = addresses.find((address) => hasFlag(address, IFA_F.TENTATIVE))
    if (tentative === undefined) return
    if (performance.now() > until) {
      throw failure(ErrorCode.kernelRefused, tentative, `is still tentative after ${patience / 1000} seconds`)
    }
    sleep(interval)
  }
}

const failure = (code: number, { attrs }: AddressMessage, what: string) =>
  new CniError(code, `address ${attrs.address} ${what}`)
