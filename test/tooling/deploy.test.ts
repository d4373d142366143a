import { readdirSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { deployFiles } from '../../deploy/files.js'
import { daemonSet, image, kustomization, namespace, network, redirected } from '../../deploy/manifests.js'
import { explainConfig } from '../../packages/cni-tap/dist/usage/config.js'
import '../support/built.js'

const test = suite('manifests for Kubernetes')

const folder = new URL('../../deploy/', import.meta.url)
const pageText = readFileSync(new URL('../../docs/cni/kubernetes.md', import.meta.url), 'utf8')
const container = daemonSet.spec?.template.spec?.containers[0]

test('the files are up to date (npm run reference writes them)', () => {
  const files = deployFiles()
  assert.equal(
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort(),
    Object.keys(files).sort(),
  )
  for (const [name, text] of Object.entries(files)) assert.fixture(readFileSync(new URL(name, folder), 'utf8'), text)
})

test('the YAML reads as the typed objects', () => {
  const { name, digest } = { name: 'registry.example.org/x/tap', digest: 'sha256:ab' }
  const files = deployFiles({ name, digest })
  const objects = {
    'namespace.yaml': namespace,
    'daemonset.yaml': daemonSet,
    'kustomization.yaml': kustomization(name, digest),
    'network.yaml': network,
    'network-redirected.yaml': redirected,
  }
  for (const [file, object] of Object.entries(objects)) assert.equal(parse(files[file] ?? ''), object)
})

test('the DaemonSet has no privilege that it does not need', () => {
  assert.equal(container?.securityContext, {
    runAsUser: 0,
    runAsGroup: 0,
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  const { hostNetwork, hostPID, hostIPC, automountServiceAccountToken, volumes } = daemonSet.spec?.template.spec ?? {}
  assert.equal([hostNetwork, hostPID, hostIPC, automountServiceAccountToken], [undefined, undefined, undefined, false])
  assert.equal(volumes, [{ name: 'plugins', hostPath: { path: '/opt/cni/bin', type: 'DirectoryOrCreate' } }])
})

test('the DaemonSet names nothing that Kubernetes 1.19 refuses, such as maxSurge', () => {
  assert.equal(daemonSet.spec?.updateStrategy, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } })
})

test('names and paths that must be equal are equal', () => {
  const { selector, template } = daemonSet.spec ?? {}
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {}))
    assert.is(template?.metadata?.labels?.[key], value)
  const [mount] = container?.volumeMounts ?? []
  assert.equal(container?.args, ['install', '--to', mount?.mountPath, '--watch'])
  assert.equal(kustomization('a/b', 'sha256:ab').images, [{ name: image, newName: 'a/b', digest: 'sha256:ab' }])
  assert.is(container?.image, image)
  assert.is(kustomization('a/b', '').namespace, namespace.metadata?.name)
  for (const resource of kustomization('a/b', '').resources) assert.ok(resource in deployFiles(), resource)
})

for (const [name, { spec }] of Object.entries({ network, redirected })) {
  test(`the configuration of ${name} is valid, and the page shows it`, () => {
    const { text, isValid } = explainConfig(Buffer.from(spec.config))
    assert.ok(isValid, text)
    const shown = [...pageText.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => JSON.parse(json))
    assert.ok(
      shown.some((config) => JSON.stringify(config) === JSON.stringify(JSON.parse(spec.config))),
      'docs/cni/kubernetes.md has another one',
    )
  })
}

test('the page names only files that exist, and its YAML is valid', () => {
  for (const [, yaml = ''] of pageText.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)) assert.type(parse(yaml), 'object')
})

test.run()
