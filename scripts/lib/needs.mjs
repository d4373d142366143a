import { installPackage, providePackages } from './debian.mjs'
import { capture, path, say, strict } from './repo.mjs'

/** Debian's newest, unpacked and not installed: IPAM plugins that speak CNI 1.1.0, and headers of a current kernel. */
const sid = path('.cache', 'sid')
const plugins = 'usr/lib/cni'
const headers = 'usr/include'

const whyNothingFromSid = () =>
  providePackages(sid, {
    suite: 'sid',
    packages: ['containernetworking-plugins', 'linux-libc-dev'],
    files: [`${plugins}/host-local`, `${headers}/linux/rtnetlink.h`],
  })

/** Its decoder is a second opinion on the captures. */
export const whyNoPyroute2 = () =>
  capture('/usr/bin/python3', ['-c', 'import pyroute2'], { stdio: ['ignore', 'pipe', 'ignore'] }) === undefined
    ? installPackage('python3-pyroute2')
    : undefined

export const whyNoIproute2 = () => (capture('ip', ['-V']) ? undefined : installPackage('iproute2'))

const whyNoStrace = () => (capture('strace', ['-V']) ? undefined : installPackage('strace'))

/**
 * Gets what the tests need from Debian, and returns the environment that tells them where it is. What is not to be had is
 * said plainly; on a machine that must have it (CI) the result is undefined.
 */
export function provideNeeds() {
  const missing = []
  const need = (what, whyNot) => {
    const reason = whyNot()
    if (reason) missing.push(`${what} is not to be had: ${reason}`)
    return !reason
  }
  say('what the tests need from Debian')
  need('iproute2 (the program ip, which kernel tests compare with)', whyNoIproute2)
  need('python3-pyroute2 (whose decoder is to agree with ours)', whyNoPyroute2)
  need('strace (which records netlink traffic, and kills and fails system calls)', whyNoStrace)
  const havePackages = need('containernetworking-plugins and linux-libc-dev of Debian sid', whyNothingFromSid)
  for (const line of missing) console.error(strict() ? `✘ ${line}` : `! ${line}; tests that need it are skipped`)
  if (!missing.length) console.log('there')
  if (missing.length && strict()) return undefined
  return havePackages ? { NETLOOM_CNI_PLUGINS: `${sid}/${plugins}`, NETLOOM_KERNEL_HEADERS: `${sid}/${headers}` } : {}
}
