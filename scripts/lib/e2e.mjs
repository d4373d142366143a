import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { providePackages } from './debian.mjs'
import { releases } from './e2e-releases.mjs'
import { buildExecutable, executable } from './exe.mjs'
import { depmod, provideGuest } from './guest.mjs'
import { provideKubernetes } from './kubernetes.mjs'
import { makeInitramfs } from './qemu.mjs'
import { writePluginArchive } from './release/plugin-archive.mjs'
import { path, rootPackage, run } from './repo.mjs'
import { provideToolchain } from './toolchain.mjs'

/** Unpacks packages of Debian and returns their folder. */
function unpacked(name, { suite = 'bookworm', packages = [name], files, prepare }) {
  const folder = path('.cache', 'debian', `e2e-${name}`)
  const reason = providePackages(folder, { suite, packages, files, prepare })
  if (reason) throw new Error(`${packages.join(', ')}: ${reason}`)
  return folder
}

/** Static, so that it runs in roots without libraries. */
const busybox = () => ({
  NETLOOM_BUSYBOX: join(unpacked('busybox-static', { files: ['bin/busybox'] }), 'bin/busybox'),
})

const compiled = (name) => path('.cache', 'e2e', name)

/** Compiles a C program of test/e2e. */
function compile(cc, flags, source, outfile, options) {
  mkdirSync(path('.cache', 'e2e'), { recursive: true })
  if (!run(cc, [...flags, '-O1', path('test', 'e2e', source), '-o', outfile], options))
    throw new Error(`${cc} failed to compile ${source}`)
}

/** Makes the system calls of a virtual machine monitor. */
function vmm() {
  const outfile = compiled('vmm')
  compile('gcc', ['-Wall'], 'vmm.c', outfile)
  return { NETLOOM_VMM: outfile }
}

/** An IPAM plugin that is linked to musl as a shared library, and musl. */
function musl() {
  const folder = unpacked('musl', { files: ['lib/ld-musl-x86_64.so.1'] })
  const { cc, flags, env } = provideToolchain()
  const shared = flags.filter((flag) => flag !== '-static')
  const outfile = compiled('ipam-musl')
  compile(cc, [...shared, '-no-pie', `-L${join(folder, 'lib', 'x86_64-linux-musl')}`], 'ipam.c', outfile, { env })
  return { NETLOOM_MUSL: folder, NETLOOM_MUSL_IPAM: outfile }
}

/** A small guest: its kernel, and an initramfs that reads commands from a serial port. Installs QEMU. */
function guest() {
  const kernel = provideGuest()
  const folder = path('.cache', 'e2e', 'guest')
  const initramfs = makeInitramfs(kernel, folder, ['virtio_pci', 'virtio_net'], path('scripts/e2e/guest-init.sh'))
  return { NETLOOM_VMLINUZ: join(kernel.folder, 'boot', `vmlinuz-${kernel.release}`), NETLOOM_INITRAMFS: initramfs }
}

/** The archive of a release for this machine. */
function archive() {
  const [stage, out] = ['archive-stage', 'archive'].map(compiled)
  for (const folder of [stage, out]) rmSync(folder, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  return { NETLOOM_ARCHIVE: writePluginArchive(process.arch, { version: rootPackage().version, epoch: 0 }, stage, out) }
}

/** An arm64 guest with the plugin for arm64: its QEMU, kernel and initramfs. */
async function arm64() {
  provideGuest() // for the programs that build an initramfs, and the libraries of QEMU
  const qemu = unpacked('qemu-system-arm', { files: ['usr/bin/qemu-system-aarch64'] })
  const release = '6.1.0-50-cloud-arm64'
  const folder = unpacked('arm64', {
    packages: [`linux-image-${release}:arm64=6.1.176-1`, 'busybox-static:arm64'],
    files: ['bin/busybox', `boot/vmlinuz-${release}`, `lib/modules/${release}/modules.dep`],
    prepare: (root) => run(depmod, ['-b', root, release]),
  })
  if (!(await buildExecutable('arm64'))) throw new Error('the executable for arm64 cannot be built')
  const programs = { 'bin/busybox': join(folder, 'bin/busybox'), tap: executable('arm64') }
  const modules = ['virtio_pci', 'virtio_console', 'tun', 'bridge', 'nf_tables', 'nft_meta_bridge']
  const place = path('.cache', 'e2e', 'arm64')
  const initramfs = makeInitramfs({ folder, release }, place, modules, path('scripts/e2e/guest-init.sh'), programs)
  return {
    NETLOOM_QEMU_ARM64: join(qemu, 'usr/bin/qemu-system-aarch64'),
    NETLOOM_VMLINUZ_ARM64: join(folder, 'boot', `vmlinuz-${release}`),
    NETLOOM_INITRAMFS_ARM64: initramfs,
  }
}

/** runc of Debian 12: newer ones need a newer libc. */
const runc = () => ({
  NETLOOM_RUNC: unpacked('runc', { packages: ['runc', 'libseccomp2'], files: ['usr/sbin/runc'] }),
})

/** containerd 1 and 2, and the declarations of the CRI, the kubelet's interface to them. */
function containerd() {
  const of = (suite) =>
    unpacked(`containerd-${suite}`, { suite, packages: ['containerd'], files: ['usr/bin/containerd'] })
  const proto = 'usr/share/gocode/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto'
  const api = unpacked('cri-api', { suite: 'sid', packages: ['golang-k8s-cri-api-dev'], files: [proto] })
  return {
    NETLOOM_CONTAINERD_BOOKWORM: of('bookworm'),
    NETLOOM_CONTAINERD_SID: of('sid'),
    NETLOOM_CRI_API: join(api, proto),
  }
}

/** The programs of a cluster: those of Kubernetes, etcd and kubectl. */
const cluster = () => ({
  NETLOOM_KUBERNETES: provideKubernetes(),
  NETLOOM_ETCD: join(unpacked('etcd-server', { files: ['usr/bin/etcd'] }), 'usr/bin/etcd'),
  NETLOOM_KUBECTL: join(unpacked('kubernetes-client', { files: ['usr/bin/kubectl'] }), 'usr/bin/kubectl'),
})

/** podman with the CNI back end, and the libraries that few machines have. */
const podman = () => ({
  NETLOOM_PODMAN: unpacked('podman', {
    packages: [
      ['podman', 'conmon', 'golang-github-containers-common'],
      ['libassuan0', 'libdevmapper1.02.1', 'libglib2.0-0', 'libgpgme11', 'libsubid4', 'libsystemd0'],
    ].flat(),
    files: ['usr/bin/podman', 'usr/bin/conmon'],
  }),
})

/** libvirt, and the libraries that few machines have. */
const libvirt = () => ({
  NETLOOM_LIBVIRT: unpacked('libvirt', {
    packages: [
      ['libvirt-daemon', 'libvirt-daemon-driver-qemu', 'libvirt-clients', 'libvirt0', 'libapparmor1', 'libcap-ng0'],
      ['libcurl3-gnutls', 'libdevmapper1.02.1', 'libfuse3-3', 'libglib2.0-0', 'libgnutls30', 'libnl-3-200'],
      ['libnl-route-3-200', 'libnuma1', 'libparted2', 'libpciaccess0', 'libreadline8', 'libsasl2-2', 'libssh-4'],
      ['libssh2-1', 'libtirpc3', 'libxml2', 'libyajl2'],
    ].flat(),
    files: ['usr/sbin/libvirtd', 'usr/bin/virsh'],
  }),
})

/**
 * The suites, which are the files test/e2e/NAME.e2e.ts. `ci`: must run if CI is set. `needs` return variables for the suite's
 * environment, and throw if something is unavailable. They are called with the plugin of --plugin.
 */
export const suites = {
  archive: { ci: false, needs: [busybox, guest, archive] },
  arm64: { ci: false, needs: [arm64] },
  containerd: { ci: true, needs: [busybox, runc, containerd] },
  guest: { ci: true, needs: [busybox, guest] },
  kubernetes: { ci: false, needs: [busybox, runc, containerd, releases, cluster] },
  kubevirt: { ci: false, needs: [busybox, guest, libvirt] },
  multus: { ci: true, needs: [] },
  podman: { ci: false, needs: [busybox, runc, podman] },
  redirect: { ci: true, needs: [busybox, guest] },
  roots: { ci: true, needs: [busybox, musl] },
  soak: { ci: true, needs: [] },
  vmm: { ci: false, needs: [vmm] },
}

export const fileOf = (name) => `test/e2e/${name}.e2e.ts`
export const nameOf = (file) => /([^/]+)\.e2e\.ts$/.exec(file)[1]

/**
 * Provides everything that a suite needs. Returns its environment, or the reason why it cannot run.
 * @param plugin runs in place of the built executable
 */
export async function provideFor(name, plugin) {
  const env = {}
  try {
    for (const need of suites[name].needs) Object.assign(env, await need(plugin))
    return { env }
  } catch (error) {
    return { reason: error.message }
  }
}
