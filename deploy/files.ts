import { stringify } from 'yaml'
import { daemonSet, kustomization, namespace, network, redirected } from './manifests.js'

/** Address and digest that stand in the repository for those of a release, which `npm run release` writes. No registry has them. */
const placeholder = { name: 'registry.example.org/netloom/tap', digest: `sha256:${'0'.repeat(64)}` }

const head = '# Written by npm run reference from deploy/manifests.ts.\n'

const yaml = (value: object) => head + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })

/** Returns the manifests by the name of their file, for an image with an address and a digest. */
export function deployFiles({ name, digest } = placeholder): Readonly<Record<string, string>> {
  return {
    'namespace.yaml': yaml(namespace),
    'daemonset.yaml': yaml(daemonSet),
    'kustomization.yaml': yaml(kustomization(name, digest)),
    'network.yaml': yaml(network),
    'network-redirected.yaml': yaml(redirected),
  }
}
