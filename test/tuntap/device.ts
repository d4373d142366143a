import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
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

/** Number of contexts of io_setup(2) of this process. */
export const aioContexts = () =>
  readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.includes('/[aio]')).length

/** Returns what each open descriptor refers to, by its number. */
export function openFiles(): Map<string, string> {
  const found = new Map<string, string>()
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      found.set(fd, readlinkSync(`/proc/self/fd/${fd}`))
    } catch {
      // The descriptor with which the folder was read, which is closed.
    }
  }
  return found
}

/** Returns what was opened since `before` and is still open. Ignores what was closed, such as a descriptor of an earlier test. */
export const openedSince = (before: ReadonlyMap<string, string>): string[] =>
  [...openFiles()].filter(([fd, file]) => before.get(fd) !== file).map(([, file]) => file)
