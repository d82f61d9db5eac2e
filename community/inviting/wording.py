"""The built-in words of an invitation: version 1 of its templates, and the reader's rights."""

from __future__ import annotations

SUBJECT = "${brand} would like to hear more from you"

INVITATION = """\
Dear ${name},

${why} We would like to go on listening, this time with you at the table. So this is an \
invitation, and you may answer it in any way you like.

We are bringing together ${committee}, a small circle of customers. Its purpose: ${purpose}

What it asks of you: ${time}. ${seniors}

What you get for it: ${compensation}. Every suggestion is decided within ${answer_days} days, \
and whoever made it is told what became of it.

If that is more than you want, there is a lighter community: a question now and then, no \
meetings, no duties. Both doors are below, and so are “not now” and “never”. You need give no \
reason. If you do not answer within ${silent_days} days, we take that as a no and do not \
remind you.

Where we found you:
${found}

How you were chosen: a program reads public posts about ${brand} and proposes whom to ask. \
People then read the posts, and a person decided to write to you.

Your rights: ${rights}

Questions? ${contact} answers them.

${charter}

With kind regards,
${sender}
${brand}
${postal_address}
"""

REPLY = """\
Hello ${name}, this is ${sender} of ${brand}. ${why} We are bringing together ${committee}, a \
small circle of customers, and would like to have you in it.

Its purpose: ${purpose} It asks for ${time}. What you get for it: ${compensation}.

All about it, and your answer, be it the committee, a lighter community, “not now” or “never”:\
 ${link}

Where we found you:
${found}

Your rights: ${rights} Questions? ${contact} answers them.

${postal_address}
"""

RIGHTS = """\
we read what you wrote in public because we have a legitimate interest in knowing what our \
customers think (GDPR article 6(1)(f)), and delete it {keep_days} days after we took it in. \
You may ask for a copy of it, have it corrected or erased, and object at any time: choose \
“Never contact me again”, or write to {contact}. You may also complain to your data \
protection authority."""
