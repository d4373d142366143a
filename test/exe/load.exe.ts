import { inManyNamespaces, inOneNamespace } from '../cni-tap/load.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('cni-tap as one executable: load', 'netns', 'tun', 'cniPlugins')

test('255 parallel ADDs, then 255 parallel DELs, in one namespace', () => inOneNamespace(255))

test('500 namespaces one after another', () => inManyNamespaces(500))

test.run()
