import { join } from 'node:path'
import { installPackage, provideFromTarball, providePackages } from './debian.mjs'
import { capture, path, say, strict } from './repo.mjs'

/** Packages of Debian sid, unpacked and not installed: IPAM plugins that implement CNI 1.1.0, and headers of a current kernel. */
const sid = path('.cache', 'sid')
const plugins = 'usr/lib/cni'
const headers = 'usr/include'

const provideSidPackages = () =>
  providePackages(sid, {
    suite: 'sid',
    packages: ['containernetworking-plugins', 'linux-libc-dev'],
    files: [`${plugins}/host-local`, `${headers}/linux/rtnetlink.h`],
  })

/**
 * Programs of Debian 12, unpacked and not installed: ping, iperf3 and a DHCP server (busybox). Tests of the examples run them in
 * network namespaces.
 */
const netTools = path('.cache', 'debian', 'net-tools-bookworm')

export const provideNetTools = () =>
  providePackages(netTools, {
    suite: 'bookworm',
    packages: [
      ...['busybox-static', 'iperf3', 'iputils-ping'],
      // The libraries that they need.
      ...['libcap2', 'libidn2-0', 'libiperf0', 'libsctp1', 'libssl3', 'libunistring2'],
    ],
    files: ['bin/busybox', 'bin/ping', 'usr/bin/iperf3'],
  })

/** The program nft and the libraries that it needs, those of its own suite: sid's does not run with another C library. */
const nftPackages = [
  ...['nftables', 'libnftables1', 'libnftnl11', 'libmnl0', 'libjansson4', 'libgmp10', 'libxtables12', 'libedit2'],
  ...['libtinfo6', 'libbsd0', 'libmd0', 'libc6'],
]

/** nft of Debian 12 and of sid, unpacked and not installed. Tests compare the rulesets that it lists with ours. */
const provideNft = (suite) =>
  providePackages(path('.cache', 'debian', `nft-${suite}`), {
    suite,
    packages: nftPackages,
    files: ['usr/sbin/nft'],
  })

/**
 * conntrack of Debian sid, unpacked and not installed, with the libraries that it needs. Tests compare the connections that it lists with
 * ours.
 */
const provideConntrack = () =>
  providePackages(path('.cache', 'debian', 'conntrack-sid'), {
    suite: 'sid',
    packages: ['conntrack', 'libnetfilter-conntrack3', 'libnfnetlink0', 'libmnl0', 'libc6'],
    files: ['usr/sbin/conntrack'],
  })

/** The program wg of Debian 12, unpacked and not installed. Tests compare what it prints and sets with ours. */
const provideWg = () =>
  providePackages(path('.cache', 'debian', 'wireguard-tools-bookworm'), {
    suite: 'bookworm',
    packages: ['wireguard-tools'],
    files: ['usr/bin/wg'],
  })

/** ethtool of Debian 12 and of sid, unpacked and not installed. Tests compare what it prints and sends with ours. */
const provideEthtool = (suite) =>
  providePackages(path('.cache', 'debian', `ethtool-${suite}`), {
    suite,
    packages: ['ethtool', 'libmnl0', 'libc6'],
    files: [suite === 'bookworm' ? 'sbin/ethtool' : 'usr/sbin/ethtool'],
  })

/** ipset of Debian 12, unpacked and not installed. Tests compare the sets that it lists with ours. */
const provideIpset = () =>
  providePackages(path('.cache', 'debian', 'ipset-bookworm'), {
    suite: 'bookworm',
    packages: ['ipset', 'libipset13', 'libmnl0', 'libc6'],
    files: ['usr/sbin/ipset'],
  })

/** iw of Debian 12, unpacked and not installed. Tests in the guest compare the wireless devices that it shows with ours. */
const provideIw = () =>
  providePackages(path('.cache', 'debian', 'iw-bookworm'), {
    suite: 'bookworm',
    packages: ['iw', 'libnl-3-200', 'libnl-genl-3-200', 'libc6'],
    files: ['sbin/iw'],
  })

/** teamnl of Debian 12, unpacked and not installed. Tests in the guest compare the options of teams that it shows with ours. */
const provideTeamnl = () =>
  providePackages(path('.cache', 'debian', 'teamnl-bookworm'), {
    suite: 'bookworm',
    packages: [
      ...['libteam-utils', 'libteam5', 'libdaemon0', 'libjansson4', 'libc6'],
      ...['libnl-3-200', 'libnl-cli-3-200', 'libnl-genl-3-200', 'libnl-route-3-200', 'libnl-nf-3-200'],
    ],
    files: ['usr/bin/teamnl'],
  })

/** YAML specs of a current kernel, from its source in Debian sid. */
const specs = path('.cache', 'debian', 'kernel-specs')

const provideSpecs = () =>
  provideFromTarball(specs, {
    suite: 'sid',
    package: 'linux-source-[0-9]*',
    tarball: /^linux-source-.*\.tar\.xz$/,
    folders: ['Documentation/netlink'],
    files: ['Documentation/netlink/specs/netdev.yaml'],
  })

/** Returns why pyroute2 is unavailable, or undefined. Tests compare its decoder with ours on the captures. */
export const providePyroute2 = () =>
  capture('/usr/bin/python3', ['-c', 'import pyroute2'], { stdio: ['ignore', 'pipe', 'ignore'] }) === undefined
    ? installPackage('python3-pyroute2')
    : undefined

export const provideIproute2 = () => (capture('ip', ['-V']) ? undefined : installPackage('iproute2'))

const provideStrace = () => (capture('strace', ['-V']) ? undefined : installPackage('strace'))

/** Tests compare its decoding of packets with ours. */
const provideTshark = () =>
  capture('tshark', ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }) ? undefined : installPackage('tshark')

/** Tests run the page of the viewer in it. */
export const provideChromium = () =>
  capture('chromium-headless-shell', ['--version']) ? undefined : installPackage('chromium-headless-shell')

/**
 * Provides what the tests need from Debian. Returns the environment variables with the paths. Prints what is unavailable; if CI is
 * set, it then returns undefined.
 */
export function provideNeeds() {
  const missing = []
  const need = (what, provide) => {
    const reason = provide()
    if (reason) missing.push(`${what} is unavailable: ${reason}`)
    return !reason
  }
  say('packages of Debian for the tests')
  need('iproute2 (the program ip, which kernel tests compare with)', provideIproute2)
  need('python3-pyroute2 (whose decoder is compared with ours)', providePyroute2)
  need('strace (which records netlink traffic and injects faults into system calls)', provideStrace)
  need('tshark (whose decoding of packets is compared with ours)', provideTshark)
  need('chromium-headless-shell (which shows the page of the viewer)', provideChromium)
  need('busybox, iperf3 and iputils-ping of Debian 12', provideNetTools)
  for (const suite of ['bookworm', 'sid']) need(`nftables of Debian ${suite}`, () => provideNft(suite))
  need('conntrack of Debian sid', provideConntrack)
  need('wireguard-tools of Debian 12', provideWg)
  for (const suite of ['bookworm', 'sid']) need(`ethtool of Debian ${suite}`, () => provideEthtool(suite))
  need('ipset of Debian 12', provideIpset)
  need('iw of Debian 12', provideIw)
  need('libteam-utils of Debian 12', provideTeamnl)
  const havePackages = need('containernetworking-plugins and linux-libc-dev of Debian sid', provideSidPackages)
  const haveSpecs = need("the YAML specs of the kernel in Debian sid's linux-source", provideSpecs)
  for (const line of missing) console.error(strict() ? `✘ ${line}` : `! ${line}; tests that need it are skipped`)
  if (!missing.length) console.log('all available')
  if (missing.length && strict()) return undefined
  return {
    ...(havePackages ? { NETLOOM_CNI_PLUGINS: `${sid}/${plugins}`, NETLOOM_KERNEL_HEADERS: `${sid}/${headers}` } : {}),
    ...(haveSpecs ? { NETLOOM_KERNEL_SPECS: join(specs, 'Documentation/netlink/specs') } : {}),
  }
}
