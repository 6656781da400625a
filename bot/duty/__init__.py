"""What duty does by itself: gives out new tickets, passes on those of absent officers, tells who is meant."""
