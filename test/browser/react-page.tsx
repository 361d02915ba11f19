/** A page with the React example, for the account in its address. */

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { XcapClient } from 'xcap';
import { BuddyList } from '../../examples/react-buddy-list.tsx';

const { root = '', user = '', password = '' } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const client = new XcapClient({ root, user, password });
createRoot(document.body).render(
  <StrictMode>
    <BuddyList client={client} />
  </StrictMode>,
);
