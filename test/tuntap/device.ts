import { readdirSync } from 'node:fs'
import { Connection } from '@netloom/netlink'
import { TunTapError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'

/** Returns the data of a tun or tap device, as read over netlink. */
export function tunData(netns: string, ifname: string) {
  const netlink = Connection.open({ netns })
  try {
    const [link] = netlink.requestSync('RTM_GETLINK', { attrs: { ifname } })
    const { linkinfo } = link?.attrs ?? {}
    assert.is(linkinfo?.kind, 'tun')
    return linkinfo?.kind === 'tun' ? (linkinfo.data ?? {}) : {}
  } finally {
    netlink.close()
  }
}

/** Returns the ioctl and the code of the error that `run` throws. */
export function failureOf(run: () => { close(): void }): string {
  try {
    run().close()
  } catch (error) {
    assert.instance(error, TunTapError, String(error))
    const { ioctl, code, name, syscall } = error as TunTapError
    assert.is(name, 'TunTapError')
    assert.is(syscall, `ioctl ${ioctl}`)
    return `${ioctl} ${code}`
  }
  return 'nothing was thrown'
}

export const descriptors = () => readdirSync('/proc/self/fd').length
