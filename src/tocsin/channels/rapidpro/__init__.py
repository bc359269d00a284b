"""RapidPro: a webhook of a flow, and the plain form that its channels speak."""
