// Checks a Verifiable Credential by a library that is none of ours: the cryptosuite of Digital Bazaar, with its own
// canonical JSON, base 58 and Ed25519. What the suite leaves to its caller stands here: which key counts, and that the
// document and its proof are the same as what is signed.
//
// node check_credential.mjs NODE_MODULES DID FILE...: a list that says of each file whether DID signed it.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const [modules, did, ...files] = process.argv.slice(2);
const load = path => import(pathToFileURL(join(modules, path)));
const {createVerifyCryptosuite} = await load('@digitalbazaar/eddsa-jcs-2022-cryptosuite/lib/index.js');
const {decode} = await load('base58-universal/lib/index.js');

async function isSigned({proof, ...document}) {
  const key = did.slice('did:key:'.length);
  const id = `${did}#${key}`;
  if(proof.type !== 'DataIntegrityProof' || proof.cryptosuite !== 'eddsa-jcs-2022' ||
    proof.proofPurpose !== 'assertionMethod' || proof.verificationMethod !== id || document.issuer !== did) {
    return false;
  }
  const cryptosuite = createVerifyCryptosuite();
  const verifyData = await cryptosuite.createVerifyData({cryptosuite, document, proof});
  const verificationMethod = {type: 'Multikey', id, controller: did, publicKeyMultibase: key};
  const verifier = await cryptosuite.createVerifier({verificationMethod});
  return verifier.verify({data: verifyData, signature: decode(proof.proofValue.slice(1))});
}

// What can't be decoded at all is not signed either.
const isSignedFile = file => isSigned(JSON.parse(readFileSync(file, 'utf8'))).catch(() => false);
console.log(JSON.stringify(await Promise.all(files.map(isSignedFile))));
